import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

const readyMs = 15_000

/** A Redis of a test's own that keeps what it was told, for being killed and started again. */
export interface DurableRedis {
  url: string
  start(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** kill -9 and nothing left. */
  remove(): Promise<void>
}

/** Starts it in a folder of its own. */
export async function durableRedis(): Promise<DurableRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const url = join(folder, 'r.sock')
  const settings = ['--port', '0', '--unixsocket', url, '--dir', folder, '--save', '']
  let child: ChildProcess | null = null
  const redis: DurableRedis = {
    url,
    async start() {
      child = spawn('redis-server', [...settings, '--appendonly', 'yes', '--appendfsync', 'always'], {
        stdio: 'ignore',
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
      })
      const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
      probe.on('error', () => undefined)
      const startedMs = performance.now()
      while (
        (await probe
          .connect()
          .then(() => probe.ping())
          .catch(() => 'no')) === 'no'
      ) {
        if (performance.now() - startedMs > readyMs) throw new Error('redis-server did not start')
        await sleep(20)
      }
      probe.disconnect()
    },
    async kill() {
      const ended = new Promise((done) => child?.once('exit', done))
      if (child?.kill('SIGKILL')) await ended
    },
    async remove() {
      await redis.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await redis.start()
  return redis
}
