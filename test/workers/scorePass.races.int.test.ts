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
const ledgerFirst = `const ledger = await entriesOfActivities(mongo, known)
  await hook('ledger-read')
  const newest = await revisionsOf(mongo, known)
  await hook('newest-read')`
const newestFirst = `const newest = await revisionsOf(mongo, known)
  await hook('newest-read')
  const ledger = await entriesOfActivities(mongo, known)
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

/**
 * A worker sleeps between its two reads, or after them, while a newer revision goes all the way down the line. The activity is
 * one that was just stored, or one that the ledger knows and that was corrected.
 */
async function slowWorkerAndNewRevision(
  pass: typeof scorePass,
  point: 'ledger-read' | 'newest-read',
  activity: 'just-stored' | 'corrected',
): Promise<number> {
  const first = deal('ana', { amountCents: 100 })
  const revised = (revision: number, amountMinor: number) =>
    store({ ...first, revision, value: { amountMinor, currency: 'EUR' } })
  const key = await store(first)
  if (activity === 'corrected') {
    await scorePass(house.web.stores, house.org, [key])
    await revised(2, 300)
  }
  await slowPass(pass, key, point, async () => {
    await revised(3, 700)
    await scorePass(house.web.stores, house.org, [key])
  })
  return await worth(key)
}

test.each(['just-stored', 'corrected'] as const)(
  'a slow worker cannot cancel a newer revision of a deal than it knows of (%s)',
  async (activity) => {
    expect(await slowWorkerAndNewRevision(scorePass, 'ledger-read', activity)).toBe(700)
    expect(await slowWorkerAndNewRevision(scorePass, 'newest-read', activity)).toBe(700)
  },
)

test('a deal that was counted by a worker who died before saying so is not counted again', async () => {
  const key = await store(deal('bo', { amountCents: 400 }))
  const dies = slowPass(scorePass, key, 'appended', () => Promise.reject(new Error('killed')))
  await expect(dies).rejects.toThrow('killed')
  await scorePass(house.web.stores, house.org, [key])
  await scorePass(house.web.stores, house.org, [key])
  expect(await worth(key)).toBe(400)
  expect(await house.differences()).toEqual([])
})

test('the order of the two reads is what protects: ledger first holds by itself, newest revision first does not', async () => {
  const kept = await importMutant<ScorePass>('workers/scorePass.ts', [withoutCheck])
  expect(await slowWorkerAndNewRevision(kept.scorePass, 'ledger-read', 'corrected')).toBe(700)
  const swapped = await importMutant<ScorePass>('workers/scorePass.ts', [withoutCheck, [ledgerFirst, newestFirst]])
  expect(await slowWorkerAndNewRevision(swapped.scorePass, 'newest-read', 'corrected')).toBe(300)
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
