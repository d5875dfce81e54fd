import './lib/node-version.mjs'
import { ensureClient } from './lib/client.mjs'
import { openHouse } from './lib/house.mjs'
import { runUntilAsked } from './lib/session.mjs'
import { welcome } from './lib/welcome.mjs'

await runUntilAsked(async (flags, supervisor) => {
  const house = await openHouse({ flags, supervisor, prepare: ensureClient })
  await welcome({ flags, house, supervisor, url: house.url })
})
