import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const root = resolve(import.meta.dirname, '../..')
const readyMs = 30_000

/** A process of Pitboard in a test: the real server or workers. */
export interface TestProcess {
  /** What it said when it was ready. */
  ready: { url?: string }
  pid: number
  /** Ends it as a supervisor would. */
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}

/** Starts `server/main.ts` or `workers/main.ts` and waits for its ready line; throws with its log when it does not come. */
export async function startProcess(
  file: 'server/main.ts' | 'workers/main.ts',
  env: Record<string, string>,
): Promise<TestProcess> {
  const child = spawn(process.execPath, [resolve(root, file)], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000)
  })
  const ready = await new Promise<TestProcess['ready']>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`${file} was not ready in time: ${complaints}`)), readyMs)
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer)
      done(JSON.parse(line) as TestProcess['ready'])
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(new Error(`${file} ended with ${code}: ${complaints}`))
    })
  })
  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded(child)) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await ended
  }
  return { ready, pid: child.pid as number, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
