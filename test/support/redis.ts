import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisProgram, redisRecipe } from '../../bin/lib/redis.mjs'
import { startRecipe } from './processes.ts'

/** A Redis (or Valkey) of a test's own, set up as the product's. */
export interface TestRedis {
  /** REDIS_URL. */
  url: string
  /** Starts it again after a kill. */
  start(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** kill -9 and nothing left. */
  stop(): Promise<void>
}

/** Starts it in a folder of its own. It keeps nothing; a `durable` one keeps what it has answered. */
export async function startRedis({ durable = false } = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const url = join(folder, 'r.sock')
  const recipe = redisRecipe({ program: await redisProgram(), folder, socket: url })
  const keeps = durable ? ['--appendfsync', 'always'] : ['--appendonly', 'no']
  const run = () => startRecipe({ ...recipe, args: [...recipe.args, ...keeps] })
  let running = await run()
  return {
    url,
    async start() {
      running = await run()
    },
    kill: () => running.kill(),
    async stop() {
      await running.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
