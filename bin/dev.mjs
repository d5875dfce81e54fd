import './lib/node-version.mjs'
import { openHouse } from './lib/house.mjs'
import { freePort } from './lib/port.mjs'
import { runUntilAsked } from './lib/session.mjs'
import { step } from './lib/steps.mjs'
import { viteRecipe, watchSources } from './lib/vite.mjs'
import { welcome } from './lib/welcome.mjs'

// Vite takes the port that people use and passes /api and /socket.io on to the server, which takes a free one.
await runUntilAsked(async (flags, supervisor) => {
  const port = flags.port || (await freePort())
  const url = `http://${flags.host === '0.0.0.0' ? '127.0.0.1' : flags.host}:${port}`
  const own = { PORT: String(await freePort()), HOST: '127.0.0.1', PUBLIC_URL: url, NODE_ENV: 'development' }
  const house = await openHouse({ flags: { ...flags, port }, supervisor, own })
  await step('Vite', () => supervisor.start('demo', viteRecipe({ port, host: flags.host, ...house })))
  watchSources(supervisor)
  await welcome({ flags, house, supervisor, url })
})
