import { createServer, type Server, type Socket } from 'node:net'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { execute } from './execute.ts'
import { errorReply } from './reply.ts'
import { Framer, type Request, readRequest, WireError, writeReply } from './wire.ts'

/** What the server tells its operator. */
export type Log = (message: string, detail?: unknown) => void

const isFileError = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'ERR_SQLITE_ERROR'

const DISK_FULL = 13

/** The reply to a command that failed for a reason of the file, or of ours. */
const asCommandError = (error: unknown): CommandError => {
  if (error instanceof CommandError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (!isFileError(error)) return new CommandError(1, `internal error: ${message}`)
  const full = (error as { errcode?: number }).errcode === DISK_FULL
  return new CommandError(
    full ? 14031 : 96,
    full ? 'the disk is full: nothing of this command was stored' : `the database file failed: ${message}`,
  )
}

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
    const id = ++this.connections
    const framer = new Framer()
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      try {
        for (const frame of framer.push(chunk)) this.handle(socket, readRequest(frame), id)
      } catch (error) {
        if (!(error instanceof WireError)) this.log('a connection failed', error)
        else this.log(`connection ${id} closed: ${error.message}`)
        socket.destroy()
      }
    })
  }

  private handle(socket: Socket, request: Request, connectionId: number): void {
    const { commit } = this.engine
    let reply: Buffer
    try {
      if (this.stopping) throw new CommandError(91, 'The server is shutting down', {}, ['RetryableWriteError'])
      reply = execute(this.engine, request, connectionId)
    } catch (error) {
      if (isFileError(error)) commit.fail(error as Error)
      if (!(error instanceof CommandError)) this.log('a command failed', error)
      reply = errorReply(asCommandError(error))
    }
    const send = (doc: Buffer): void => {
      if (!request.silent && !socket.destroyed) socket.write(writeReply(request, doc))
    }
    commit.whenTellable((error) => send(error ? errorReply(asCommandError(error)) : reply))
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
