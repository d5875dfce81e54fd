import type { Socket } from 'node:net'
import { Args } from './args.ts'
import type { Gate } from './auth/gate.ts'
import { Fields, findField } from './bson/value.ts'
import { COMMANDS } from './commands/table.ts'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { type Connection, execute } from './execute.ts'
import { appNameOf, type Fault, FaultError } from './fail-points.ts'
import { concernLabelsOf, labelsOf } from './labels.ts'
import { AGAIN_MS, Later } from './later.ts'
import { beginWork, work } from './plan/work.ts'
import { errorReply, withWriteConcernError } from './reply.ts'
import type { SlowLog } from './slow-log.ts'
import { asCommandError, isFileError } from './store/file-error.ts'
import { Framer, type Request, readRequest, WireError, writeReply } from './wire.ts'

/** What all connections of a server share. */
export interface Host {
  readonly engine: Engine
  readonly log: (message: string, detail?: unknown) => void
  readonly slow: SlowLog
  /** at shutdown: commands that come now are told 91 */
  readonly stopping: boolean
}

const AUTOCOMMIT = Buffer.from('autocommit')

/** Whether a request may write, as far as can be told without reading it: statements of transactions do, for a moment. */
const writes = ({ body }: Request): boolean => {
  const fields = new Fields(body.buf, body.start)
  if (!fields.next()) return false
  return COMMANDS.get(fields.name)?.writes === true || findField(body.buf, body.start, AUTOCOMMIT) !== undefined
}

/** One connection: its requests are answered in the order they came. */
export class Peer {
  private readonly server: Host
  private readonly socket: Socket
  private readonly connection: Connection
  private readonly gate: Gate | undefined
  private readonly framer = new Framer()
  private appName: string | undefined
  private held: Request[] | undefined

  /** `gate` asks for the password first; undefined where none is needed. */
  constructor(server: Host, socket: Socket, connection: Connection, gate: Gate | undefined) {
    this.server = server
    this.socket = socket
    this.connection = connection
    this.gate = gate
    gate?.guard(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => this.receive(chunk))
  }

  private receive(chunk: Buffer): void {
    const { network } = this.server.engine.metrics
    network.bytesIn += chunk.length
    try {
      for (const frame of this.framer.push(chunk, this.gate?.maxBytes)) {
        network.numRequests++
        this.take(readRequest(frame))
      }
    } catch (error) {
      if (!(error instanceof WireError)) this.server.log('a connection failed', error)
      else this.server.log(`connection ${this.connection.connectionId} closed: ${error.message}`)
      this.socket.destroy()
    }
  }

  private take(request: Request): void {
    if (this.held) {
      this.held.push(request)
      return
    }
    const { checkpointer } = this.server.engine
    if (checkpointer.holding && writes(request)) {
      this.hold(
        (go) => checkpointer.whenFree(go),
        () => this.take(request),
      )
      return
    }
    const fault = this.faultFor(request)
    if (fault?.blockMs)
      this.hold(
        (go) => setTimeout(go, fault.blockMs),
        () => this.answer(request, fault),
      )
    else this.answer(request, fault)
  }

  /** Does `first` when `wait` calls back; what comes meanwhile is taken after it. */
  private hold(wait: (go: () => void) => void, first: () => void): void {
    const held: Request[] = []
    this.held = held
    wait(() => {
      this.held = undefined
      if (this.socket.destroyed) return
      first()
      for (const next of held) this.take(next)
    })
  }

  private faultFor(request: Request): Fault | undefined {
    const { failPoints } = this.server.engine
    if (!failPoints) return undefined
    this.appName ??= appNameOf(request.body)
    try {
      return failPoints.reach(new Args(request.body, request.sequences), this.appName)
    } catch {
      return undefined
    }
  }

  private work(request: Request, fault: Fault | undefined): Buffer {
    if (request.refused) throw request.refused
    if (this.server.stopping) throw new CommandError(91, 'The server is shutting down')
    if (fault?.errorCode !== undefined) throw new FaultError(fault.errorCode, true)
    const reply = this.gate?.answer(request) ?? execute(this.server.engine, request, this.connection)
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
    if (fault?.close) {
      this.socket.destroy()
      return
    }
    const { engine, log, slow } = this.server
    const begunMs = performance.now()
    let reply: Buffer
    beginWork()
    try {
      reply = this.work(request, fault)
    } catch (error) {
      if (error instanceof Later) {
        engine.commit.whenTellable(() => {})
        this.hold(
          (go) => setTimeout(go, AGAIN_MS),
          () => this.answer(request, undefined),
        )
        return
      }
      engine.metrics.failed++
      if (isFileError(error)) engine.commit.fail(error as Error)
      if (!(error instanceof CommandError)) log('a command failed', error)
      reply = this.failure(asCommandError(error), request, fault)
    }
    const closing = engine.failPoints?.takeClosing()
    const ranMs = performance.now()
    const did = { ...work }
    engine.commit.whenTellable((error) => {
      slow.note(request, did, { begunMs, ranMs, toldMs: performance.now() })
      if (closing) this.socket.destroy()
      if (request.silent || this.socket.destroyed) return
      const frame = writeReply(request, error ? this.failure(asCommandError(error), request) : reply)
      engine.metrics.network.bytesOut += frame.length
      this.socket.write(frame)
    })
  }
}
