import { createServer, type Server, type Socket } from 'node:net'
import type { Engine } from './engine.ts'
import { Peer } from './peer.ts'

/** What the server tells its operator. */
export type Log = (message: string, detail?: unknown) => void

/** Serves an engine on sockets. */
export class DocServer {
  readonly server: Server
  private readonly engine: Engine
  private readonly log: Log
  private readonly sockets = new Set<Socket>()
  private connections = 0
  private stopping = false

  constructor(engine: Engine, log: Log) {
    this.engine = engine
    this.log = log
    this.server = createServer((socket) => this.accept(socket))
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    new Peer(this.engine, socket, ++this.connections, this.log, () => this.stopping)
  }

  /** Stops: what is running is answered, new commands are told 91, then the sockets close. */
  async stop(): Promise<void> {
    this.stopping = true
    this.engine.commit.flush()
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const socket of this.sockets) socket.destroySoon()
    await closed
  }
}
