import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../bin/lib/port.mjs'
import { redisProgram, redisRecipe } from '../../bin/lib/redis.mjs'
import { until } from './caller.ts'
import { startRecipe } from './processes.ts'

/** The password of every Redis that tests reach by a port: one that has to be written with care in a url. */
export const redisPassword = 'a/long, p@ss:word'

/** One redis-server on a port of loopback, which works together with others. */
export interface RedisNode {
  port: number
  pid(): number
  /** Sends it any command. */
  ask(command: string, ...args: (string | number)[]): Promise<unknown>
  /** Starts it again after a kill, with what it had answered. */
  start(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** kill -9 and nothing left. */
  stop(): Promise<void>
}

/** Starts one as the product would, but on a port and with a password; `settings` are further arguments. */
export async function startRedisNode(...settings: string[]): Promise<RedisNode> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const port = await clusterPort()
  const recipe = redisRecipe({ program: await redisProgram(), folder, socket: join(folder, 'r.sock') })
  const own = ['--port', `${port}`, '--bind', '127.0.0.1']
  const secret = ['--requirepass', redisPassword, '--masterauth', redisPassword]
  const ask = (command: string, ...args: (string | number)[]) => askOnce(port, command, args)
  const ready = async () => {
    await until(async () => (await ask('PING').catch(() => '')) === 'PONG', 20_000)
    return {}
  }
  const run = () => startRecipe({ ...recipe, args: [...recipe.args, ...own, ...secret, ...settings], ready })
  let running = await run()
  return {
    port,
    pid: () => running.pid,
    ask,
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

async function askOnce(port: number, command: string, args: (string | number)[]): Promise<unknown> {
  const redis = new Redis({ port, password: redisPassword, lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    return await redis.call(command, ...args)
  } finally {
    redis.disconnect()
  }
}

/** A free port whose neighbour 10,000 above, where nodes of a cluster talk, is free too; below those that systems hand out. */
async function clusterPort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 10_000)
    if ((await freePort(port)) && (await freePort(port + 10_000))) return port
  }
}
