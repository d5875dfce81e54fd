import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endChild, spawnTied } from '../../../bin/lib/child.mjs'
import { privateDatabase } from '../../../bin/lib/database.mjs'
import { node24, root } from '../../../bin/lib/places.mjs'
import { readyLine } from '../../../bin/lib/ready.mjs'
import { redisProgram, redisRecipe } from '../../../bin/lib/redis.mjs'
import type { Recipe } from '../../../bin/lib/service.mjs'

const startMs = 30_000

/** A started process and what it said when it was ready. */
export interface Running {
  pid: number
  facts: Record<string, unknown>
  child: ChildProcess
  stop(): Promise<void>
}

/** A folder of its own that is removed when the bench is over. */
export function temporaryFolder(name: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `pitboard-bench-${name}-`))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Starts a TypeScript file under the pinned Node; ready with its JSON line. `nodeArgs` come before the file; `channel`: with messages. */
export async function startNode(
  file: string,
  {
    args = [],
    env = {},
    nodeArgs = [],
    channel = false,
  }: { args?: string[]; env?: Record<string, string | undefined>; nodeArgs?: string[]; channel?: boolean } = {},
): Promise<Running> {
  return await started(
    spawnTied(node24, [...nodeArgs, join(root, file), ...args], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'inherit', ...(channel ? (['ipc'] as const) : [])],
    }),
    readyLine,
    file,
  )
}

/** Starts a private Redis, set up as the product's own; answers the path of its socket. */
export async function startRedis(folder: string): Promise<Running & { url: string }> {
  const url = join(folder, 'redis.sock')
  return { ...(await startRecipe(redisRecipe({ program: await redisProgram(), folder, socket: url }))), url }
}

/** Starts the private document database of the product: docstore, or mongod where it is installed. */
export async function startDatabase(folder: string, nodeArgs: string[] = []): Promise<Running & { url: string }> {
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const { url, recipe } = await privateDatabase({ folder, sockets: folder })
  const own = recipe.program === node24 ? { ...recipe, args: [...nodeArgs, ...recipe.args] } : recipe
  return { ...(await startRecipe(own)), url }
}

async function startRecipe(recipe: Recipe): Promise<Running> {
  recipe.beforeStart?.()
  const child = spawnTied(recipe.program, recipe.args, {
    env: { ...recipe.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return await started(child, recipe.ready, recipe.name)
}

async function started(
  child: ChildProcess,
  ready: (child: ChildProcess, signal: AbortSignal) => Promise<Record<string, unknown>>,
  name: string,
): Promise<Running> {
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)))
  })
  ended.catch(() => undefined)
  const facts = await Promise.race([ready(child, AbortSignal.timeout(startMs)), ended])
  child.stdout?.resume()
  return { pid: child.pid ?? 0, facts, child, stop: () => endChild(child, 10_000) }
}
