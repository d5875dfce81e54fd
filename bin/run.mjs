import './lib/node-version.mjs'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawnTied } from './lib/child.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { dataDir } from './lib/flags.mjs'
import { claimFolder, openFolder } from './lib/folder.mjs'
import { node24, sourceFile } from './lib/places.mjs'
import { Problem, showProblem } from './lib/problem.mjs'
import { ensureRedis, openStores } from './lib/stores.mjs'
import { Supervisor } from './lib/supervisor.mjs'

const waitMs = 60_000
const supervisor = new Supervisor()
const words = process.argv.slice(2)
const withStores = words[0] !== '--no-stores'
const [file = '', ...args] = withStores ? words : words.slice(1)

// Ctrl-C reaches the command itself, which shares this terminal; it decides how to end, then the stores are stopped.
let commandRuns = false
process.on('SIGINT', () => commandRuns || process.exit(130))
try {
  if (!file) throw new Problem('Say which file to run: node bin/run.mjs [--no-stores] FILE [arguments].')
  await ensureDependencies()
  const env = withStores ? await storesEnv() : process.env
  process.exitCode = await run(sourceFile(file), env)
  await supervisor.stop()
} catch (error) {
  await supervisor.stop()
  showProblem(error)
}
process.exit()

/** The environment with the addresses of the stores: given, of the Pitboard that runs here, or started for this command. */
async function storesEnv() {
  const { MONGODB_URL, REDIS_URL } = process.env
  if (MONGODB_URL && REDIS_URL) return process.env
  const folder = openFolder(dataDir(undefined, process.env))
  const { mongodbUrl, redisUrl, port } = await storesOf(folder)
  return { ...process.env, ...(port && { PORT: port }), DATA_DIR: folder, MONGODB_URL: mongodbUrl, REDIS_URL: redisUrl }
}

/** @param {string} folder @returns {Promise<Partial<import('./lib/folder.mjs').Holder>>} */
async function storesOf(folder) {
  const until = Date.now() + waitMs
  while (Date.now() < until) {
    const { holder, tell } = claimFolder(folder, 'command')
    if (!holder) {
      await ensureRedis()
      const stores = await openStores({ folder, supervisor })
      tell(stores)
      return stores
    }
    if (holder.what === 'start' && holder.redisUrl) return holder
    await sleep(250)
  }
  throw new Problem(`Something else has held ${folder} for a minute: wait until it has ended, then run this again.`)
}

/**
 * @param {string} path
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<number>} its exit code
 */
function run(path, env) {
  commandRuns = true
  const child = spawnTied(node24, [path, ...args], { env, stdio: 'inherit', detached: false })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)))
  })
}
