import './lib/node-version.mjs'
import { ensureClient } from './lib/client.mjs'
import { openFloor } from './lib/floor.mjs'
import { openHouse } from './lib/house.mjs'
import { openBrowser, showLinks } from './lib/links.mjs'
import { runUntilAsked } from './lib/session.mjs'

await runUntilAsked(async (flags, supervisor) => {
  const { folder, url, env } = await openHouse({ flags, supervisor, prepare: ensureClient })
  await openFloor({ demo: flags.demo, folder, env, supervisor })
  const links = await showLinks(url, env)
  if (flags.open) await openBrowser(links.wall ?? links.setup ?? url)
})
