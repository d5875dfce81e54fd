import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './port.mjs'
import { Problem } from './problem.mjs'

/**
 * A replica set of one on loopback. Its port is kept in the data folder because the replica set remembers it.
 * Not run in the project's own tests, whose machines have no mongod.
 * @param {{ program: string, folder: string }} options
 * @returns {Promise<import('./database.mjs').Database>}
 */
export async function mongodRecipe({ program, folder }) {
  const dir = join(folder, 'mongod')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const port = await keptPort(join(folder, 'mongod.port'))
  const url = `mongodb://127.0.0.1:${port}/pitboard?directConnection=true`
  const place = ['--dbpath', dir, '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket']
  return {
    url,
    recipe: {
      name: 'mongod',
      program,
      args: [...place, '--replSet', 'pitboard', '--quiet'],
      env: process.env,
      log: join(folder, 'logs/mongod.log'),
      ready: (_child, signal) => primary(url, port, signal),
    },
  }
}

/**
 * Makes the replica set the first time, then waits until its one member takes writes.
 * @param {string} url
 * @param {number} port
 * @param {AbortSignal} signal
 */
async function primary(url, port, signal) {
  const { mongo } = await import('mongoose')
  const client = new mongo.MongoClient(url, { serverSelectionTimeoutMS: 1_000 })
  try {
    for (;;) {
      signal.throwIfAborted()
      const state = await client
        .db('admin')
        .command({ hello: 1 })
        .catch(() => undefined)
      if (state?.isWritablePrimary) return {}
      if (state?.isreplicaset) {
        const config = { _id: 'pitboard', members: [{ _id: 0, host: `127.0.0.1:${port}` }] }
        await client
          .db('admin')
          .command({ replSetInitiate: config })
          .catch(() => undefined)
      }
      await sleep(100, undefined, { signal })
    }
  } finally {
    await client.close()
  }
}

/** @param {string} path @returns {Promise<number>} */
async function keptPort(path) {
  const kept = Number(read(path) || 0)
  const port = await freePort(kept)
  if (kept && port !== kept)
    throw new Problem(`Port ${kept}, which this data folder's MongoDB needs, is in use: stop what uses it.`)
  writeFileSync(path, String(port))
  return port
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
