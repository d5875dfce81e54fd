import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openEngine } from './engine.ts'
import { DocServer, type Log } from './server.ts'
import { OpenError } from './store/file.ts'
import { startSweeper } from './store/sweeper.ts'

const USAGE = 'usage: node docstore/main.ts --data-dir FOLDER --socket FILE [--ttl-seconds 60] [--test-commands]'

const log: Log = (message, detail) => {
  const error = detail instanceof Error ? detail.stack : detail
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...(error ? { error } : {}) })}\n`)
}

const die = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** Someone answers on this socket file. */
const answers = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      done(true)
    })
    probe.on('error', () => done(false))
  })

const start = async (dataDir: string, socketPath: string, ttlMs: number, testCommands: boolean): Promise<void> => {
  if (existsSync(socketPath)) {
    if (await answers(socketPath)) die(`The socket ${socketPath} belongs to a running process; stop that one first.`)
    rmSync(socketPath)
  }
  const engine = openEngine(dataDir, Date.now, testCommands)
  const docServer = new DocServer(engine, log)
  const stopSweeper = startSweeper(engine, ttlMs, log)
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 })
  const previous = process.umask(0o177)
  docServer.server.on('error', (error) => die(`The socket ${socketPath} cannot be opened: ${error.message}.`))
  docServer.server.listen({ path: socketPath, backlog: 4096 }, () => {
    process.umask(previous)
    chmodSync(socketPath, 0o600)
    process.stdout.write(`${JSON.stringify({ ready: true, socket: socketPath, pid: process.pid })}\n`)
  })
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    stopSweeper()
    await docServer.stop()
    engine.commit.flush()
    engine.sqlite.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    socket: { type: 'string' },
    'ttl-seconds': { type: 'string', default: '60' },
    'test-commands': { type: 'boolean', default: false },
  },
})
const ttlSeconds = Number(values['ttl-seconds'])
if (!values['data-dir'] || !values.socket || !(ttlSeconds > 0)) die(USAGE)

const testCommands = values['test-commands']
if (testCommands && process.env.NODE_ENV === 'production') die('--test-commands is not for production.')

start(resolve(values['data-dir'] as string), resolve(values.socket as string), ttlSeconds * 1000, testCommands).catch(
  (error: unknown) => {
    if (error instanceof OpenError) die(error.message)
    log('docstore could not start', error)
    process.exit(1)
  },
)
