import { connect, type Socket } from 'node:net'
import { type Document, serialize } from 'bson'

/** A message with one document of its own and, beside it, a sequence of documents. */
export const message = (body: Document, name: string, docs: readonly Document[]): Buffer => {
  const head = Buffer.alloc(21)
  const parts = docs.map((doc) => serialize(doc))
  const title = Buffer.from(`${name}\0`)
  const section = Buffer.alloc(5)
  section[0] = 1
  section.writeInt32LE(4 + title.length + parts.reduce((sum, part) => sum + part.length, 0), 1)
  const frame = Buffer.concat([head, serialize(body), section, title, ...parts])
  frame.writeInt32LE(frame.length, 0)
  frame.writeInt32LE(2013, 12)
  return frame
}

/** A connection that costs next to nothing: messages are ready made, answers are only counted. */
export class WireClient {
  private readonly socket: Socket
  private wanted = 0
  private got = 0
  private done: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      if (this.wanted === 0) this.wanted = chunk.readInt32LE(0)
      this.got += chunk.length
      if (this.got < this.wanted) return
      this.got = 0
      this.wanted = 0
      this.done?.()
    })
  }

  static open(path: string): Promise<WireClient> {
    return new Promise((done, fail) => {
      const socket = connect(path, () => done(new WireClient(socket)))
      socket.once('error', fail)
    })
  }

  ask(frame: Buffer): Promise<void> {
    return new Promise((done) => {
      this.done = done
      this.socket.write(frame)
    })
  }

  close(): void {
    this.socket.destroy()
  }
}
