import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { createPageCache } from '#server/data/pageCache.ts'
import { openStores, type Stores } from '#server/data/stores.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { importMutant } from '#test/support/mutant.ts'
import { pick, seeded } from '#test/support/seeded.ts'
import { call, deal, type Sent } from '#test/support/sent.ts'
import { scorePass } from '../../workers/scorePass.ts'

let house: House
/** Two worker processes' worth of stores, each of which keeps the tally pages that it has read and written. */
let workers: [Stores, Stores]
beforeAll(async () => {
  house = await openHouse()
  workers = [await openWorker(), await openWorker()]
  for (const metricId of ['revenue', 'points']) {
    const { status } = await house.as('mia').post('/boards', {
      name: { en: `${metricId} of all time` },
      metricId,
      secondMetricId: null,
      audience: { of: 'people', teamId: null, track: null, tier: null, tenureMaxDays: null },
      cycle: { every: 'all' },
      visibility: 'everything',
      topN: 10,
      position: 9,
      active: true,
    })
    expect(status).toBe(201)
  }
})
afterAll(async () => {
  for (const stores of workers) await stores.close()
  await house.close()
})

async function openWorker(): Promise<Stores> {
  const stores = await openStores(house.config)
  stores.mongo.pageCache = createPageCache()
  return stores
}

const lastMonth = { occurredAt: new Date(Date.now() - 32 * 86_400_000).toISOString() }

async function store(...activities: Sent[]): Promise<string[]> {
  const docs = activities.map((sent) => {
    const doc = parseActivity(sent, 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: Date.now() })
    if (isRejection(doc)) throw new Error(doc.message)
    return doc
  })
  await storeActivities(house.web.stores.mongo, docs)
  return docs.map(({ key }) => key)
}

/** Rows of every board, read so that all of them are built. */
async function boards(): Promise<Map<string, { memberId: string; value: number }[]>> {
  const { body } = await house.as('boss').get('/boards')
  const views = new Map<string, { memberId: string; value: number }[]>()
  for (const { id, name } of body.items as { id: string; name: { en: string } }[])
    views.set(name.en, (await house.as('boss').get(`/boards/${id}/view`)).body.rows)
  return views
}

async function revenueOf(personId: string): Promise<number | undefined> {
  return (await boards()).get('revenue of all time')?.find((row) => row.memberId === personId)?.value
}

test('two workers that keep tallies in mind count every sale of a busy floor once', async () => {
  await boards()
  const dice = seeded(11)
  const people = ['ana', 'ari', 'bo', 'cai']
  const sale = () => {
    const when = dice() < 0.3 ? lastMonth : {}
    return dice() < 0.5 ? deal(pick(dice, people), when) : call(pick(dice, people), when)
  }
  let deals = 0
  for (let round = 0; round < 40; round++) {
    const sent = Array.from({ length: 1 + Math.floor(dice() * 6) }, sale)
    deals += sent.filter(({ kind }) => kind === 'deal.won').length
    const keys = await store(...sent)
    const shares = workers.map(() => keys.filter(() => dice() < 0.7))
    const left = keys.filter((key) => !shares.flat().includes(key))
    await Promise.all(workers.map((stores, at) => scorePass(stores, house.org, [...(shares[at] ?? []), ...left])))
  }
  expect(await house.differences()).toEqual([])
  const total = (await boards()).get('revenue of all time')?.reduce((sum, { value }) => sum + value, 0)
  expect(total).toBe(deals * 100_000)
})

/** One worker sells for somebody last month, while another one remembers how that month was and sells this month. */
async function soldInTwoMonths(personId: string, pass: typeof scorePass): Promise<number> {
  const [mine, other] = workers
  await pass(mine, house.org, await store(deal(personId), deal(personId, lastMonth)))
  const before = await revenueOf(personId)
  await scorePass(other, house.org, await store(deal(personId, lastMonth)))
  await pass(mine, house.org, await store(deal(personId)))
  return Number(await revenueOf(personId)) - Number(before)
}

test('what another worker has written meanwhile is in the standing, though this one remembers it otherwise', async () => {
  expect(await soldInTwoMonths('ana', scorePass)).toBe(200_000)
  expect(await house.differences()).toEqual([])

  const guard = 'pagesOfMembers(stores.mongo, range)'
  const standings = await importMutant<object>('workers/standingsPass.ts', [
    [guard, 'stores.mongo.pageCache?.getRange(range) ?? []'],
  ])
  const mutants = globalThis as unknown as { mutantStandings?: object }
  mutants.mutantStandings = standings
  const careless = await importMutant<{ scorePass: typeof scorePass }>('workers/scorePass.ts', [
    [
      "import { measureEarly, standingsDue, standingsPass, writeMeasured } from './standingsPass.ts'",
      'const { measureEarly, standingsDue, standingsPass, writeMeasured } = globalThis.mutantStandings',
    ],
  ])
  expect(await soldInTwoMonths('bo', careless.scorePass)).toBe(100_000)
})

test('screens have a sale before its tally is written, and keep it when the worker dies in between', async () => {
  const [stores] = workers
  await scorePass(stores, house.org, await store(deal('cai')))
  const before = Number(await revenueOf('cai'))
  const keys = await store(deal('cai'))
  const { collection } = stores.mongo.tallies
  const dies = Object.create(stores.mongo, {
    tallies: {
      value: {
        collection: Object.create(collection, {
          bulkWrite: { value: () => Promise.reject(new Error('killed')) },
          find: { value: collection.find.bind(collection) },
        }),
      },
    },
  }) as Stores['mongo']
  await expect(scorePass({ ...stores, mongo: dies }, house.org, keys)).rejects.toThrow('killed')
  expect(await revenueOf('cai')).toBe(before + 100_000)
  await scorePass(stores, house.org, keys)
  expect(await revenueOf('cai')).toBe(before + 100_000)
  await house.rederive()
  expect(await house.differences()).toEqual([])
})
