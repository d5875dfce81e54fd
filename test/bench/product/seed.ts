import { toStored } from '#server/data/definitions.ts'
import { createOrganization } from '#server/data/newOrganization.ts'
import { openStores } from '#server/data/stores.ts'
import { floorSettings } from '#test/support/floor.ts'
import { addSource, addUser } from '#test/support/tenant.ts'
import { benchFloor, org, sourceId } from './floor.ts'

/** Writes the floor, a source with a key and a signed-in viewer straight into the stores. */
export async function seed(env: { MONGODB_URL: string; REDIS_URL: string }): Promise<{
  key: string
  session: string
  shownBoardId: string
}> {
  const stores = await openStores(env)
  const { mongo } = stores
  const floor = benchFloor()
  await createOrganization(mongo, { org, settings: { ...floorSettings, zone: noonZone(new Date()) }, ...floor })
  await mongo.people.insertMany(floor.people.map((person) => toStored(org, person)))
  const key = await addSource(mongo, { org, sourceId, name: 'Bench' })
  const session = await addUser(mongo, { _id: 'viewer', org, name: 'Wall', role: 'viewer' })
  await stores.close()
  return { key, session, shownBoardId: floor.shownBoardId }
}

/** A zone in which it is about noon, so that no day ends while the bench runs. */
function noonZone(now: Date): string {
  const hours = 12 - now.getUTCHours()
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}
