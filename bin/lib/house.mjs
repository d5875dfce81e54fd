import { ensureDependencies } from './dependencies.mjs'
import { claimFolder, openFolder } from './folder.mjs'
import { checkPort, freePort } from './port.mjs'
import { Problem } from './problem.mjs'
import { productRecipe } from './product.mjs'
import { watchRoom } from './room.mjs'
import { step } from './steps.mjs'
import { ensureRedis, openStores } from './stores.mjs'

/**
 * Does the set-up that is needed, then starts the stores, the web server and the workers.
 * @param {object} options
 * @param {ReturnType<import('./flags.mjs').readFlags>} options.flags
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @param {Record<string, string>} [options.own] environment of the server and the workers, before that of this process
 * @param {() => Promise<void>} [options.prepare] last step of the set-up
 * @returns {Promise<{ folder: string, url: string, env: Record<string, string | undefined> }>} env: also for commands
 */
export async function openHouse({ flags, supervisor, own = {}, prepare }) {
  const folder = openFolder(flags.dataDir)
  const { holder, tell } = claimFolder(folder, 'start')
  if (holder) throw new Problem(heldSentence(folder, holder))
  await checkPort(flags.port, flags.host)
  await ensureRedis()
  await ensureDependencies()
  await prepare?.()

  const stores = await step('Stores', () => openStores({ folder, supervisor }))
  tell(stores)
  const env = {
    NODE_ENV: 'production',
    ...process.env,
    PORT: String(flags.port || (await freePort())),
    HOST: flags.host,
    DATA_DIR: folder,
    MONGODB_URL: stores.mongodbUrl,
    REDIS_URL: stores.redisUrl,
    ...own,
  }
  const start = (/** @type {string} */ name) =>
    supervisor.start('product', productRecipe({ name, file: `${name}/main.ts`, env, folder }))
  const [facts] = await Promise.all([step('Server', () => start('server')), step('Workers', () => start('workers'))])
  const url = String(facts.url)
  watchRoom(folder)
  tell({ url, port: env.PORT })
  return { folder, url, env }
}

/** @param {string} folder @param {import('./folder.mjs').Holder} holder */
function heldSentence(folder, holder) {
  if (holder.what === 'command') return `A command is at work on ${folder}: wait until it has ended, then start again.`
  const where = holder.url ? ` at ${holder.url}` : ''
  return `Pitboard already runs on ${folder}${where} (process ${holder.pid}): use that one, or choose another --data-dir and --port.`
}
