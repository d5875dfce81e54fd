import { connect, type Socket } from 'node:net'
import { type Document, deserialize, serialize } from 'bson'

/** An OP_MSG frame around one document. */
export const messageFrame = (doc: Document, flags = 0): Buffer => bytesFrame(Buffer.from(serialize(doc)), flags)

/** An OP_MSG frame around the bytes of one document. */
export const bytesFrame = (body: Buffer, flags = 0): Buffer => {
  const frame = Buffer.alloc(21 + body.length)
  frame.writeInt32LE(frame.length, 0)
  frame.writeInt32LE(1, 4)
  frame.writeInt32LE(2013, 12)
  frame.writeUInt32LE(flags, 16)
  body.copy(frame, 21)
  return frame
}

/** A socket without a driver: what it is given is what goes over the wire. */
export const openRaw = (path: string): Promise<Socket> =>
  new Promise((done, fail) => {
    const socket = connect(path, () => done(socket))
    socket.once('error', fail)
  })

/** Bytes sent, and what came back: the bytes of the reply's document, or 'closed'. Waits at most `waitMs`. */
const sendBytes = async (path: string, bytes: Buffer, waitMs: number): Promise<Buffer | 'closed' | 'silent'> => {
  const socket = await openRaw(path)
  const answer = await new Promise<Buffer | 'closed' | 'silent'>((done) => {
    let got = Buffer.alloc(0)
    const timer = setTimeout(() => done('silent'), waitMs)
    const finish = (result: Buffer | 'closed'): void => {
      clearTimeout(timer)
      done(result)
    }
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      if (got.length >= 4 && got.length >= got.readInt32LE(0)) finish(got.subarray(21, got.readInt32LE(0)))
    })
    socket.on('close', () => finish('closed'))
    socket.on('error', () => finish('closed'))
    socket.write(bytes)
  })
  socket.destroy()
  return answer
}

/** Bytes sent, and what came back: the reply's document, or 'closed'. Waits at most `waitMs`. */
export const sendRaw = async (path: string, bytes: Buffer, waitMs = 2000): Promise<Document | 'closed' | 'silent'> => {
  const answer = await sendBytes(path, bytes, waitMs)
  return typeof answer === 'string' ? answer : deserialize(answer)
}

/** The bytes of the reply to a command that is given as bytes. Throws without one. */
export const exchange = async (path: string, command: Buffer): Promise<Buffer> => {
  const answer = await sendBytes(path, bytesFrame(command), 10_000)
  if (typeof answer === 'string') throw new Error(`the connection is ${answer}`)
  return answer
}

/** Runs one command without a driver. */
export const rawCommand = (path: string, doc: Document): Promise<Document | 'closed' | 'silent'> =>
  sendRaw(path, messageFrame(doc), 10_000)
