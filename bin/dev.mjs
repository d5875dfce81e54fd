import './lib/node-version.mjs'
import { openFloor } from './lib/floor.mjs'
import { openHouse } from './lib/house.mjs'
import { openBrowser, showLinks } from './lib/links.mjs'
import { freePort } from './lib/port.mjs'
import { runUntilAsked } from './lib/session.mjs'
import { step } from './lib/steps.mjs'
import { viteRecipe, watchSources } from './lib/vite.mjs'

// Vite takes the port that people use and passes /api and /socket.io on to the server, which takes a free one.
await runUntilAsked(async (flags, supervisor) => {
  const port = flags.port || (await freePort())
  const url = `http://${flags.host === '0.0.0.0' ? '127.0.0.1' : flags.host}:${port}`
  const own = { PORT: String(await freePort()), HOST: '127.0.0.1', PUBLIC_URL: url, NODE_ENV: 'development' }
  const { folder, env } = await openHouse({ flags: { ...flags, port }, supervisor, own })
  await step('Vite', () => supervisor.start('demo', viteRecipe({ port, host: flags.host, env, folder })))
  watchSources(supervisor)
  await openFloor({ demo: flags.demo, folder, env, supervisor })
  const links = await showLinks(url, env)
  if (flags.open) await openBrowser(links.wall ?? links.setup ?? url)
})
