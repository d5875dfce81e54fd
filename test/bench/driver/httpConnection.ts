import { connect, type Socket } from 'node:net'

/** An answer with its body as text. */
export interface Answer {
  status: number
  body: string
}

/** One kept-alive connection, one request at a time: a client that costs the driver little. */
export class HttpConnection {
  #port: number
  #socket: Socket | null = null
  #rest = ''
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null

  constructor(port: number) {
    this.#port = port
  }

  /** Sends a request; rejects when the connection breaks. */
  send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const own: Record<string, string | number> = { Host: 'localhost', ...headers }
    if (body !== undefined) {
      own['Content-Type'] = 'application/json'
      own['Content-Length'] = Buffer.byteLength(body)
    }
    const head = Object.entries(own).map(([name, value]) => `${name}: ${value}\r\n`)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#open().write(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body ?? ''}`)
    })
  }

  close(): void {
    this.#waiting = null
    this.#socket?.destroy()
  }

  /** The server ends a connection that has been quiet for a while, so it is opened when it is needed. */
  #open(): Socket {
    if (this.#socket) return this.#socket
    const socket = connect(this.#port, '127.0.0.1').setNoDelay(true).setEncoding('utf8')
    socket.on('data', (chunk: string) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => {
      this.#socket = null
      this.#fail(new Error('The connection was closed'))
    })
    this.#socket = socket
    return socket
  }

  #read(chunk: string): void {
    this.#rest += chunk
    const end = this.#rest.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#rest.slice(0, end)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const body = this.#rest.slice(end + 4)
    if (Buffer.byteLength(body) < length) return
    this.#rest = ''
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({ status: Number(head.slice(9, 12)), body })
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
