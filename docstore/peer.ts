import type { Socket } from 'node:net'
import { Args } from './args.ts'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { execute } from './execute.ts'
import { appNameOf, type Fault, faultError } from './fail-points.ts'
import { concernLabelsOf, labelsOf } from './labels.ts'
import { errorReply, withWriteConcernError } from './reply.ts'
import type { Log } from './server.ts'
import { Framer, type Request, readRequest, WireError, writeReply } from './wire.ts'

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

/** One connection: its requests are answered in the order they came. */
export class Peer {
  private readonly engine: Engine
  private readonly socket: Socket
  private readonly id: number
  private readonly log: Log
  private readonly stopping: () => boolean
  private readonly framer = new Framer()
  private appName: string | undefined
  private held: Request[] | undefined

  constructor(engine: Engine, socket: Socket, id: number, log: Log, stopping: () => boolean) {
    this.engine = engine
    this.socket = socket
    this.id = id
    this.log = log
    this.stopping = stopping
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => this.receive(chunk))
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.framer.push(chunk)) this.take(readRequest(frame))
    } catch (error) {
      if (!(error instanceof WireError)) this.log('a connection failed', error)
      else this.log(`connection ${this.id} closed: ${error.message}`)
      this.socket.destroy()
    }
  }

  private take(request: Request): void {
    if (this.held) {
      this.held.push(request)
      return
    }
    const fault = this.faultFor(request)
    if (!fault?.blockMs) {
      this.answer(request, fault)
      return
    }
    const held: Request[] = []
    this.held = held
    setTimeout(() => {
      this.held = undefined
      if (this.socket.destroyed) return
      this.answer(request, fault)
      for (const next of held) this.take(next)
    }, fault.blockMs)
  }

  private faultFor(request: Request): Fault | undefined {
    const { failPoints } = this.engine
    if (!failPoints) return undefined
    this.appName ??= appNameOf(request.body)
    try {
      return failPoints.reach(new Args(request.body, request.sequences), this.appName)
    } catch {
      return undefined
    }
  }

  private work(request: Request, fault: Fault | undefined): Buffer {
    if (this.stopping()) throw new CommandError(91, 'The server is shutting down')
    if (fault?.errorCode !== undefined) throw faultError(fault.errorCode)
    const reply = execute(this.engine, request, this.id)
    if (!fault?.writeConcernError) return reply
    return withWriteConcernError(
      reply,
      fault.writeConcernError,
      (code) => fault.labels ?? concernLabelsOf(code, request),
    )
  }

  private failure(error: CommandError, request: Request, fault?: Fault): Buffer {
    const labels = fault?.labels ?? [...new Set([...error.labels, ...labelsOf(error.code, request)])]
    return errorReply(error, labels)
  }

  private answer(request: Request, fault: Fault | undefined): void {
    if (fault?.close && !fault.afterWork) {
      this.socket.destroy()
      return
    }
    const { commit } = this.engine
    let reply: Buffer
    try {
      reply = this.work(request, fault)
    } catch (error) {
      if (isFileError(error)) commit.fail(error as Error)
      if (!(error instanceof CommandError)) this.log('a command failed', error)
      reply = this.failure(asCommandError(error), request, fault)
    }
    const send = (doc: Buffer): void => {
      if (fault?.close) this.socket.destroy()
      if (!request.silent && !this.socket.destroyed) this.socket.write(writeReply(request, doc))
    }
    commit.whenTellable((error) => send(error ? this.failure(asCommandError(error), request) : reply))
  }
}
