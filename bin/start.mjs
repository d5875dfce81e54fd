import './lib/node-version.mjs'
import { ensureClient } from './lib/client.mjs'
import { askCommand } from './lib/command.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { help, readFlags } from './lib/flags.mjs'
import { openFloor } from './lib/floor.mjs'
import { claimFolder, openFolder } from './lib/folder.mjs'
import { openBrowser, showLinks } from './lib/links.mjs'
import { checkPort } from './lib/port.mjs'
import { Problem, showProblem } from './lib/problem.mjs'
import { productRecipe, serverRecipe } from './lib/product.mjs'
import { step } from './lib/steps.mjs'
import { ensureRedis, openStores } from './lib/stores.mjs'
import { endAsked, Supervisor } from './lib/supervisor.mjs'

const supervisor = new Supervisor()
const asked = endAsked().then(() => true)

try {
  const flags = readFlags(process.argv.slice(2), process.env)
  if (flags.help) {
    console.log(help)
    process.exit()
  }
  const early = await Promise.race([asked, start(flags)])
  if (!early) await asked
  console.log('\nStopping …')
  await supervisor.stop()
} catch (error) {
  await supervisor.stop()
  showProblem(error)
}
process.exit()

/** @param {ReturnType<typeof readFlags>} flags */
async function start(flags) {
  const folder = openFolder(flags.dataDir)
  const { holder, tell } = claimFolder(folder, 'start')
  if (holder) throw new Problem(heldSentence(folder, holder))
  await checkPort(flags.port, flags.host)
  await ensureDependencies()
  await ensureRedis()
  await ensureClient()

  const stores = await step('Stores', () => openStores({ folder, supervisor }))
  tell(stores)
  const env = {
    NODE_ENV: 'production',
    ...process.env,
    PORT: String(flags.port),
    HOST: flags.host,
    DATA_DIR: folder,
    MONGODB_URL: stores.mongodbUrl,
    REDIS_URL: stores.redisUrl,
  }
  const [{ url }] = await Promise.all([
    step('Server', () => supervisor.start('product', serverRecipe({ env, folder }))),
    step('Workers', () =>
      supervisor.start('product', productRecipe({ name: 'workers', file: 'workers/main.ts', env, folder })),
    ),
  ])
  tell({ url: String(url) })
  const running = { ...env, PORT: new URL(String(url)).port }
  await openFloor({ demo: flags.demo, folder, env: running, supervisor })
  const links = await askCommand('server/commands/links.ts', running)
  showLinks(String(url), links)
  if (flags.open) await openBrowser(links.wall ?? links.setup ?? url)
}

/** @param {string} folder @param {import('./lib/folder.mjs').Holder} holder */
function heldSentence(folder, holder) {
  if (holder.what === 'command') return `A command is at work on ${folder}: wait until it has ended, then start again.`
  const where = holder.url ? ` at ${holder.url}` : ''
  return `Pitboard already runs on ${folder}${where} (process ${holder.pid}): use that one, or choose another --data-dir and --port.`
}
