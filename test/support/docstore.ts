import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../../docstore/main.ts')
const READY_MS = 15_000

/** A docstore of a test's own. */
export interface TestDocstore {
  /** connection string for a database; drivers connect with it unmodified */
  readonly uri: (db: string) => string
  readonly pid: number
  readonly dataDir: string
  readonly socket: string
  /** ends it gracefully, and removes its folder if it was made here */
  readonly stop: () => Promise<void>
  /** kill -9; the data folder stays */
  readonly kill: () => Promise<void>
}

const waitReady = (child: ChildProcess): Promise<void> =>
  new Promise((done, fail) => {
    let errors = ''
    const timer = setTimeout(() => fail(new Error(`docstore was not ready after ${READY_MS} ms: ${errors}`)), READY_MS)
    child.stdout?.once('data', () => {
      clearTimeout(timer)
      done()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(new Error(`docstore ended with ${code}: ${errors}`))
    })
  })

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })

/** Starts docstore on a folder of its own, or on `dataDir`, and waits until it listens. Throws with its error output. */
export const startDocstore = async (options: { dataDir?: string; args?: string[] } = {}): Promise<TestDocstore> => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const socket = join(folder, 'd.sock')
  const args = [MAIN, '--data-dir', dataDir, '--socket', socket, ...(options.args ?? [])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const clean = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    await waitReady(child)
  } catch (error) {
    clean()
    throw error
  }
  return {
    uri: (db) => `mongodb://${encodeURIComponent(socket)}/${db}?directConnection=true`,
    pid: child.pid as number,
    dataDir,
    socket,
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
      clean()
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}
