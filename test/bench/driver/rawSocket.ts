import { WebSocket } from 'ws'

/** A Socket.IO client reduced to its frames, so that thousands fit into one driver. */
export interface RawSocket {
  /** Resolves when the server has let it in. */
  ready: Promise<void>
  /** Sends an event and hears its reply under the id. */
  ask(id: number, event: string, message: unknown): void
  close(): void
}

/** Events start with `42`, replies with `43` and their id; everything else of the protocol is answered here. */
export function openRawSocket(
  port: number,
  {
    headers,
    auth,
    onFrame,
    onLost,
  }: { headers: Record<string, string>; auth: object; onFrame(frame: Buffer): void; onLost(): void },
): RawSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    headers,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  let closing = false
  const ready = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => {
      if (!closing) onLost()
      reject(new Error('The socket was closed'))
    })
    socket.on('message', (frame: Buffer) => {
      if (frame[0] === 0x32) return socket.send('3')
      if (frame[0] === 0x30) return socket.send(`40${JSON.stringify(auth)}`)
      if (frame[1] === 0x30) return resolve()
      if (frame[1] === 0x34) return reject(new Error(`The socket was refused: ${frame.toString()}`))
      onFrame(frame)
    })
  })
  ready.catch(() => undefined)
  return {
    ready,
    ask: (id, event, message) => socket.send(`42${id}${JSON.stringify([event, message])}`),
    close() {
      closing = true
      socket.terminate()
    },
  }
}
