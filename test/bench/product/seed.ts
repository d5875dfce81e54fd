import { toStored } from '#server/data/definitions.ts'
import { openSession } from '#server/data/sessions.ts'
import { openStores } from '#server/data/stores.ts'
import { newToken, tokenHash } from '#server/data/tokens.ts'
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
  const now = new Date()
  await mongo.organizations.create({
    _id: org,
    name: 'Bench',
    zone: noonZone(now),
    locale: 'en',
    currency: 'EUR',
    weekStart: 1,
    fiscalYearStartMonth: 1,
    fiscalCalendar: 'months',
    calendar: { workingWeekdays: [1, 2, 3, 4, 5], exceptions: [] },
    createdAt: now,
    version: 1,
    boardsVersion: 1,
  })
  const store = <T extends { id: string }>(model: { collection: typeof mongo.boards.collection }, items: T[]) =>
    model.collection.insertMany(items.map((item) => toStored(org, item)) as never[])
  await store(mongo.teams, floor.teams)
  await store(mongo.people, floor.people)
  await store(mongo.metrics, floor.metrics)
  await store(mongo.pointsRules, floor.rules)
  await store(mongo.boards, floor.boards)
  await mongo.sources.create({ _id: sourceId, org, name: 'Bench', createdAt: now, lastActivityAt: null, active: true })
  const key = newToken()
  await mongo.apiKeys.create({
    _id: tokenHash(key),
    org,
    sourceId,
    hint: key.slice(0, 4),
    scopes: ['activities:write'],
    createdAt: now,
    revokedAt: null,
  })
  const user = { _id: 'viewer', org, role: 'viewer' as const }
  await mongo.users.create({
    ...user,
    name: 'Wall',
    email: null,
    passwordHash: null,
    personId: null,
    teamId: null,
    active: true,
    createdAt: now,
  })
  const { token } = await openSession(mongo, user)
  await stores.close()
  return { key, session: token, shownBoardId: floor.shownBoardId }
}

/** A zone in which it is about noon, so that no day ends while the bench runs. */
function noonZone(now: Date): string {
  const hours = 12 - now.getUTCHours()
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}
