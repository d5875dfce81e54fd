import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { entriesOfActivities } from '#server/data/ledger.ts'
import { liveEntries } from '#shared/ledger.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { importMutant } from '#test/support/mutant.ts'
import { deal, type Sent } from '#test/support/sent.ts'
import { type PassHook, scorePass } from '../../workers/scorePass.ts'

type ScorePass = { scorePass: typeof scorePass }

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const revisionCheck = 'lostPlace.has(key) || now.get(key) !== used.get(key)?.[0]?.revision'
const withoutCheck: [string, string] = [revisionCheck, 'lostPlace.has(key)']
const ledgerFirst = `const ledger = await entriesOfActivities(mongo, keys)
  await hook('ledger-read')
  const revisions = await revisionsOf(mongo, keys)
  await hook('newest-read')`
const newestFirst = `const revisions = await revisionsOf(mongo, keys)
  await hook('newest-read')
  const ledger = await entriesOfActivities(mongo, keys)
  await hook('ledger-read')`

async function store(sent: Sent): Promise<string> {
  const doc = parseActivity(sent, 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: Date.now() })
  if (isRejection(doc)) throw new Error(doc.message)
  await storeActivities(house.web.stores.mongo, [doc])
  return doc.key
}

async function worth(key: string): Promise<number> {
  const entries = (await entriesOfActivities(house.web.stores.mongo, [key])).get(key) ?? []
  return liveEntries(entries)
    .flatMap((entry) => entry.lines)
    .reduce((sum, line) => sum + (line.metricId === 'revenue' ? line.amount : 0), 0)
}

/** Runs a pass that stops at a point until `meanwhile` is done. */
async function slowPass(
  pass: typeof scorePass,
  key: string,
  point: Parameters<PassHook>[0],
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  let stopped = false
  await pass(house.web.stores, house.org, [key], async (at) => {
    if (at !== point || stopped) return
    stopped = true
    await meanwhile()
  })
}

/** A worker that knows revision 1 sleeps between its two reads while revision 2 goes all the way down the line. */
async function slowWorkerAndNewRevision(pass: typeof scorePass, point: 'ledger-read' | 'newest-read'): Promise<number> {
  const first = deal('ana', { amountCents: 100 })
  const key = await store(first)
  await slowPass(pass, key, point, async () => {
    await store({ ...first, revision: 2, value: { amountMinor: 700, currency: 'EUR' } })
    await scorePass(house.web.stores, house.org, [key])
  })
  return await worth(key)
}

test('a slow worker cannot cancel a newer revision than it knows of', async () => {
  expect(await slowWorkerAndNewRevision(scorePass, 'ledger-read')).toBe(700)
  expect(await slowWorkerAndNewRevision(scorePass, 'newest-read')).toBe(700)
})

test('the order of the two reads is what protects: ledger first holds by itself, newest revision first does not', async () => {
  const kept = await importMutant<ScorePass>('workers/scorePass.ts', [withoutCheck])
  expect(await slowWorkerAndNewRevision(kept.scorePass, 'ledger-read')).toBe(700)
  const swapped = await importMutant<ScorePass>('workers/scorePass.ts', [withoutCheck, [ledgerFirst, newestFirst]])
  expect(await slowWorkerAndNewRevision(swapped.scorePass, 'newest-read')).toBe(100)
})

/** While a worker takes a voided deal back, the deal is found to be valid after all, and another worker sees nothing to do. */
async function voidedAndValidAgain(pass: typeof scorePass): Promise<number> {
  const first = deal('ana', { amountCents: 300 })
  const key = await store(first)
  await scorePass(house.web.stores, house.org, [key])
  await store({ ...first, revision: 2, voided: true })
  await slowPass(pass, key, 'newest-read', async () => {
    await store({ ...first, revision: 3 })
    await scorePass(house.web.stores, house.org, [key])
  })
  return await worth(key)
}

test('a worker goes round again until nothing newer has come in', async () => {
  expect(await voidedAndValidAgain(scorePass)).toBe(300)
  const careless = await importMutant<ScorePass>('workers/scorePass.ts', [withoutCheck])
  expect(await voidedAndValidAgain(careless.scorePass)).toBe(0)
})

test('after all of it the ledger, the tallies and the boards are what the activities say, once everyone has gone round', async () => {
  await house.rederive()
  expect(await house.differences()).toEqual([])
})
