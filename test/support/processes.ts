import type { ChildProcess, StdioOptions } from 'node:child_process'
import { endChild, signalGroup, spawnTied } from '../../bin/lib/child.mjs'
import { node24, root, sourceFile } from '../../bin/lib/places.mjs'
import { readyLine } from '../../bin/lib/ready.mjs'
import type { Recipe } from '../../bin/lib/service.mjs'

const startMs = 30_000

/** A started process, which cannot outlive this one, and what it said when it was ready. */
export interface Running {
  pid: number
  facts: Record<string, unknown>
  child: ChildProcess
  /** Ends it as a supervisor would. */
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}

/** Starts a service and waits until it is ready; throws with its complaints when it does not come. */
export async function startRecipe(
  { name, program, args, env, ready, beforeStart }: Omit<Recipe, 'log'>,
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): Promise<Running> {
  beforeStart?.()
  const child = spawnTied(program, args, { cwd: root, env, stdio })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000)
  })
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(signal ?? `code ${code}`))
  })
  const failed = ended.then((how): never => {
    throw new Error(`${name} ended with ${how} before it was ready: ${complaints}`)
  })
  failed.catch(() => undefined)
  const kill = async () => {
    signalGroup(child, 'SIGKILL')
    await ended
  }
  try {
    const facts = await Promise.race([ready(child, AbortSignal.timeout(startMs)), failed])
    child.stdout?.resume()
    return { pid: child.pid ?? 0, facts, child, stop: () => endChild(child, 10_000), kill }
  } catch (error) {
    await kill()
    throw error
  }
}

/** Starts a TypeScript file under the pinned Node, by itself: of the environment it gets the PATH, where compiled code is kept, and `env`. */
export async function startProcess(
  file: string,
  env: Record<string, string | undefined>,
  { args = [], nodeArgs = [], stdio }: { args?: string[]; nodeArgs?: string[]; stdio?: StdioOptions } = {},
): Promise<Running> {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  return await startRecipe(
    {
      name: file,
      program: node24,
      args: [...nodeArgs, sourceFile(file), ...args],
      env: { PATH, NODE_COMPILE_CACHE, LOG_LEVEL: 'warn', ...env },
      ready: readyLine,
    },
    stdio,
  )
}
