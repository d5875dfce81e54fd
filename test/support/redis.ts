import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

const readyMs = 15_000

/** A Redis of a test's own, on a unix socket. */
export interface TestRedis {
  /** REDIS_URL. */
  url: string
  pid: number
  stop(): Promise<void>
}

/** Starts redis-server in a folder of its own and waits until it answers. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const socket = join(folder, 'r.sock')
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  const probe = new Redis(socket, { lazyConnect: true, retryStrategy: () => null })
  probe.on('error', () => undefined)
  const startedMs = performance.now()
  while ((await probe.connect().catch(() => 'no')) === 'no') {
    if (performance.now() - startedMs > readyMs || child.exitCode !== null)
      throw new Error('redis-server did not start')
    await sleep(20)
  }
  probe.disconnect()
  return {
    url: socket,
    pid: child.pid as number,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
