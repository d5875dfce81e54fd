import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateDatabase } from '../../../bin/lib/database.mjs'
import { node24 } from '../../../bin/lib/places.mjs'
import { redisProgram, redisRecipe } from '../../../bin/lib/redis.mjs'
import type { Recipe } from '../../../bin/lib/service.mjs'
import { type Running, startProcess, startRecipe } from '../../support/processes.ts'

const production = { NODE_ENV: 'production' }

/** A folder of its own that is removed when the bench is over. */
export function temporaryFolder(name: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), `pitboard-bench-${name}-`))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Starts a TypeScript file as in production; ready with its JSON line. `nodeArgs` come before the file; `channel`: with messages. */
export async function startNode(
  file: string,
  {
    env = {},
    channel = false,
    ...rest
  }: { args?: string[]; env?: Record<string, string | undefined>; nodeArgs?: string[]; channel?: boolean } = {},
): Promise<Running> {
  const stdio = ['ignore', 'pipe', 'inherit', ...(channel ? (['ipc'] as const) : [])] as const
  return await startProcess(file, { ...process.env, ...production, ...env }, { ...rest, stdio: [...stdio] })
}

/** Starts a private Redis, set up as the product's own; answers the path of its socket. */
export async function startRedis(folder: string): Promise<Running & { url: string }> {
  const url = join(folder, 'redis.sock')
  return { ...(await startStore(redisRecipe({ program: await redisProgram(), folder, socket: url }))), url }
}

/** Starts the private document database of the product: docstore, or mongod where it is installed. */
export async function startDatabase(folder: string, nodeArgs: string[] = []): Promise<Running & { url: string }> {
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const { url, recipe } = await privateDatabase({ folder, sockets: folder })
  const own = recipe.program === node24 ? { ...recipe, args: [...nodeArgs, ...recipe.args] } : recipe
  return { ...(await startStore(own)), url }
}

function startStore(recipe: Recipe): Promise<Running> {
  return startRecipe({ ...recipe, env: { ...recipe.env, ...production } }, ['ignore', 'pipe', 'inherit'])
}
