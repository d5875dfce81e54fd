import { createServer, type Server, type Socket } from 'node:net'
import type { Gate } from './auth/gate.ts'
import type { Engine } from './engine.ts'
import { MAX_CONNECTIONS } from './metrics.ts'
import { type Host, Peer } from './peer.ts'
import type { SlowLog } from './slow-log.ts'

/** What the server tells its operator. */
export type Log = (message: string, detail?: unknown) => void

/** At shutdown: how long clients that wait for an answer are still told 91. */
const NOTICE_MS = 50
/** At shutdown: how long a client may take to read its last answer. */
const DRAIN_MS = 2000

/** What clients reach a server by: the file of its socket, or host and port. */
const addressOf = (server: Server): string => {
  const address = server.address()
  return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : (address ?? '')
}

/** Serves an engine on sockets. */
export class DocServer implements Host {
  readonly engine: Engine
  readonly log: Log
  readonly slow: SlowLog
  /** set at shutdown: commands that come now are told 91 */
  stopping = false
  private readonly servers: Server[] = []
  private readonly sockets = new Set<Socket>()

  constructor(engine: Engine, log: Log, slow: SlowLog) {
    this.engine = engine
    this.log = log
    this.slow = slow
  }

  /** A server that is not listening yet. `gateFor` makes what asks each of its connections for a password. */
  open(gateFor?: () => Gate): Server {
    const server = createServer((socket) => this.accept(socket, addressOf(server), gateFor?.()))
    this.servers.push(server)
    return server
  }

  private accept(socket: Socket, address: string, gate: Gate | undefined): void {
    const { connections } = this.engine.metrics
    if (this.sockets.size >= MAX_CONNECTIONS) {
      connections.rejected++
      socket.destroy()
      return
    }
    this.sockets.add(socket)
    connections.current = this.sockets.size
    socket.on('close', () => {
      this.sockets.delete(socket)
      connections.current = this.sockets.size
    })
    new Peer(this, socket, { connectionId: ++connections.totalCreated, address }, gate)
  }

  /** Stops: what is running is answered, new commands are told 91, then the sockets close; never waits long for a client. */
  async stop(): Promise<void> {
    this.stopping = true
    const closed = this.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    this.engine.commit.flush()
    await new Promise((resolve) => setTimeout(resolve, NOTICE_MS))
    this.engine.commit.flush()
    for (const socket of this.sockets) socket.destroySoon()
    const late = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy()
    }, DRAIN_MS)
    await Promise.all(closed)
    clearTimeout(late)
  }
}
