import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../bin/lib/port.mjs'
import { portReady } from '../../bin/lib/ready.mjs'
import { redisProgram } from '../../bin/lib/redis.mjs'
import { until } from './caller.ts'
import { startRecipe } from './processes.ts'
import { type RedisNode, redisPassword, startRedisNode } from './redisNode.ts'

const sentinelPassword = 'another?one&'

/** A master with a replica, and a sentinel that puts the replica in its place a second after the master has died. */
export interface TestSentinel {
  /** REDIS_URL. */
  url: string
  master: RedisNode
  replica: RedisNode
  /** kill -9 of all of them, and nothing left. */
  stop(): Promise<void>
}

/** Starts the three and waits until the sentinel knows the replica. */
export async function startSentinel(): Promise<TestSentinel> {
  const master = await startRedisNode()
  const replica = await startRedisNode('--replicaof', `127.0.0.1 ${master.port}`)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sentinel-'))
  const conf = join(folder, 'sentinel.conf')
  writeFileSync(
    conf,
    `port ${port}
bind 127.0.0.1
dir ${folder}
requirepass ${sentinelPassword}
sentinel monitor pitboard 127.0.0.1 ${master.port} 1
sentinel auth-pass pitboard "${redisPassword}"
sentinel down-after-milliseconds pitboard 1000
sentinel failover-timeout pitboard 5000
`,
  )
  const sentinel = await startRecipe({
    name: 'Sentinel',
    program: await redisProgram(),
    args: [conf, '--sentinel'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ready: (_child, signal) => portReady(port, '127.0.0.1', signal),
  })
  const ready = async () =>
    String(await replica.ask('INFO')).includes('master_link_status:up') &&
    String(await replica.ask('CLIENT', 'LIST')).includes('name=sentinel')
  await until(ready, 20_000)
  const more = new URLSearchParams({ sentinelPassword })
  return {
    url: `redis+sentinel://:${encodeURIComponent(redisPassword)}@127.0.0.1:${port}/pitboard?${more}`,
    master,
    replica,
    async stop() {
      await sentinel.kill()
      await Promise.all([master.stop(), replica.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
