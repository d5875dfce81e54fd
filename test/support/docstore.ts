import { type ChildProcess, execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { spawnTied } from '../../bin/lib/child.mjs'

const MAIN = resolve(import.meta.dirname, '../../docstore/main.ts')
const READY_MS = 15_000

/** A docstore of a test's own. */
export interface TestDocstore {
  /** connection string for a database; drivers connect with it unmodified */
  readonly uri: (db: string) => string
  readonly pid: number
  readonly dataDir: string
  readonly socket: string
  /** what it printed when it was ready */
  readonly ready: Record<string, unknown>
  /** the end of its log so far */
  readonly log: () => string
  /** ends it gracefully, and removes its folder if it was made here */
  readonly stop: () => Promise<void>
  /** kill -9; the data folder stays */
  readonly kill: () => Promise<void>
  /** waits for its end; gives its exit code */
  readonly ended: () => Promise<number | null>
}

const waitReady = (child: ChildProcess, errors: () => string): Promise<Record<string, unknown>> =>
  new Promise((done, fail) => {
    const timer = setTimeout(
      () => fail(new Error(`docstore was not ready after ${READY_MS} ms: ${errors()}`)),
      READY_MS,
    )
    child.stdout?.once('data', (line: Buffer) => {
      clearTimeout(timer)
      done(JSON.parse(line.toString()))
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(new Error(`docstore ended with ${code}: ${errors()}`))
    })
  })

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })

/** How a docstore is started. */
export interface StartOptions {
  /** a folder of its own if left out */
  readonly dataDir?: string
  /** beside folder and socket */
  readonly args?: readonly string[]
  /** of node itself */
  readonly nodeArgs?: readonly string[]
  /** a shell command that ends in `exec`, before node: for limits */
  readonly shell?: string
}

/** Starts docstore on a folder of its own, or on `dataDir`, and waits until it listens. Throws with its error output. */
export const startDocstore = async (options: StartOptions = {}): Promise<TestDocstore> => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const socket = join(folder, 'd.sock')
  const args = [...(options.nodeArgs ?? []), MAIN, '--data-dir', dataDir, '--socket', socket, ...(options.args ?? [])]
  const command = options.shell ? ['/bin/sh', '-c', `${options.shell} "$0" "$@"`, process.execPath] : [process.execPath]
  const [program = '', ...before] = command
  const child = spawnTied(program, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-100_000)
  })
  const clean = (): void => rmSync(folder, { recursive: true, force: true })
  let ready: Record<string, unknown>
  try {
    ready = await waitReady(child, () => errors)
  } catch (error) {
    clean()
    throw error
  }
  return {
    uri: (db) => `mongodb://${encodeURIComponent(socket)}/${db}?directConnection=true`,
    pid: child.pid as number,
    dataDir,
    socket,
    ready,
    log: () => errors,
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
      clean()
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
    ended: () => ended(child).then(() => child.exitCode),
  }
}

/** Runs one of docstore's other commands to its end. */
export const runDocstore = (args: readonly string[]): Promise<{ code: unknown; out: string; said: string }> =>
  new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 60_000 }, (error, out, said) =>
      done({ code: error ? error.code : 0, out, said }),
    )
  })
