import { flushCompileCache } from 'node:module'
import { Gate } from '../auth/gate.ts'
import { passwordFile, passwordOf, USER } from '../auth/password.ts'
import { credentialsOf } from '../auth/scram.ts'
import { openEngine } from '../engine.ts'
import { DocServer } from '../server.ts'
import { SlowLog } from '../slow-log.ts'
import { startSweeper } from '../store/sweeper.ts'
import { print } from './die.ts'
import { log, logSlow } from './log.ts'
import { clearSocket, listenOnPort, listenOnSocket } from './socket.ts'

/** What the server is started with. */
export interface ServeOptions {
  readonly dataDir: string
  /** absolute path; undefined for none */
  readonly socket: string | undefined
  /** TCP on loopback, with a password; 0 lets the system choose; undefined for none */
  readonly port: number | undefined
  /** how often documents past their TTL are removed */
  readonly ttlMs: number
  /** commands that take as long are logged */
  readonly slowMs: number
  /** errors on purpose can be asked for; never in production */
  readonly testCommands: boolean
}

/** A second signal, or an end that takes longer, ends the process at once; what was acknowledged is on disk. */
const END_MS = 10_000
const KEEP_CODE_AFTER_MS = 1000

/** Serves a data folder until SIGTERM or SIGINT. Throws OpenError for a folder, socket or port that cannot be had. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const { dataDir, socket, port, ttlMs, slowMs } = options
  if (socket !== undefined) await clearSocket(socket)
  const engine = openEngine(dataDir, Date.now, options.testCommands)
  const server = new DocServer(engine, log, new SlowLog(slowMs, engine.metrics, logSlow))
  engine.parameters.ttlMonitorSleepSecs = ttlMs / 1000
  const stopSweeper = startSweeper(engine, log)
  if (socket !== undefined) await listenOnSocket(server.open(), socket)
  let tcp = {}
  if (port !== undefined) {
    const credentials = credentialsOf(USER, passwordOf(dataDir))
    const bound = await listenOnPort(
      server.open(() => new Gate(credentials)),
      port,
    )
    tcp = { port: bound, user: USER, passwordFile: passwordFile(dataDir) }
  }
  print({ ready: true, ...(socket === undefined ? {} : { socket }), ...tcp, pid: process.pid })
  // also for a process that will be killed
  setTimeout(flushCompileCache, KEEP_CODE_AFTER_MS).unref()
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), END_MS).unref()
    stopSweeper()
    await server.stop()
    await engine.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}
