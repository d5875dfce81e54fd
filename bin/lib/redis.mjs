import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall, stopService } from './apt.mjs'
import { clearSocket } from './folder.mjs'
import { findProgram } from './places.mjs'
import { Problem } from './problem.mjs'
import { redisReady } from './ready.mjs'
import { step } from './steps.mjs'

const names = ['redis-server', 'valkey-server']

/**
 * The Redis (or Valkey) program of this machine, installed first when there is none and that is allowed.
 * @param {string} [otherwise] what people can do where it is not
 */
export async function redisProgram(otherwise = 'set REDIS_URL to a Redis that you have') {
  const found = findProgram(names)
  if (found) return found
  return step('Redis', async (note) => {
    await aptInstall(['redis-server'], { what: 'Redis', otherwise, note })
    await stopService('redis-server')
    const installed = findProgram(names)
    if (!installed)
      throw new Problem('Redis was installed but redis-server is not on the PATH: add its folder to PATH.')
    return installed
  })
}

/**
 * A private Redis: no port, a unix socket that only this user can open, every write in its append-only file.
 * @param {{ program: string, folder: string, socket: string }} options
 * @returns {import('./service.mjs').Recipe}
 */
export function redisRecipe({ program, folder, socket }) {
  const dir = join(folder, 'redis')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
    daemonize: 'no',
    logfile: '',
  }
  return {
    name: 'Redis',
    program,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    // Redis refuses to start when the terminal names a locale that the machine does not have.
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    log: join(folder, 'logs/redis.log'),
    beforeStart: () => clearSocket(socket),
    ready: (_child, signal) => redisReady(socket, signal),
    cure: (reason) =>
      /append only|rdb|aof/i.test(reason) ? `Delete ${dir}: all that it holds is derived again at the next start.` : '',
  }
}
