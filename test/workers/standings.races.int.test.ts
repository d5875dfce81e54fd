import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import type { Scripts } from '#server/data/scripts.ts'
import type { Stores } from '#server/data/stores.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { importMutant } from '#test/support/mutant.ts'
import { deal } from '#test/support/sent.ts'
import { scorePass } from '../../workers/scorePass.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function store(personId: string): Promise<string> {
  const doc = parseActivity(deal(personId), 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: Date.now() })
  if (isRejection(doc)) throw new Error(doc.message)
  await storeActivities(house.web.stores.mongo, [doc])
  return doc.key
}

/** The stores as a worker has them whose writes of standings wait for `meanwhile`, and go through `apply`. */
function slowWriter(apply: Scripts['applyStandings'], meanwhile: () => Promise<unknown>): Stores {
  const { stores } = house.web
  let waited: Promise<unknown> | undefined
  const redis = Object.create(stores.redis, {
    applyStandings: {
      value: async (...args: (string | number)[]) => {
        waited ??= meanwhile()
        await waited
        return await apply(...args)
      },
    },
    publish: { value: stores.redis.publish.bind(stores.redis) },
  }) as Stores['redis']
  return { ...stores, redis }
}

async function lateStanding(personId: string, apply: Scripts['applyStandings']): Promise<number | null | undefined> {
  const key = await store(personId)
  await scorePass(
    slowWriter(apply, async () => scorePass(house.web.stores, house.org, [await store(personId)])),
    house.org,
    [key],
  )
  const { body } = await house.as('boss').get('/boards/won-this-month/view')
  return (body as { rows: { memberId: string; value: number }[] }).rows.find((row) => row.memberId === personId)?.value
}

test('a standing that was measured earlier never overwrites one measured later', async () => {
  const { redis } = house.web.stores
  expect(await lateStanding('ana', (...args) => redis.applyStandings(...args))).toBe(200_000)

  const lua = readFileSync(new URL('../../server/data/lua/applyStandings-5.lua', import.meta.url), 'utf8')
  const guard = "tonumber(string.match(stored, '^%d+')) <= entries and "
  expect(lua).toContain(guard)
  const unguarded = lua.replace(guard, '')
  const apply = (...args: (string | number)[]) => redis.eval(unguarded, 5, ...args) as Promise<[number, number]>
  expect(await lateStanding('bo', apply)).toBe(100_000)
})

test('a tally that somebody else has written meanwhile is folded anew, not overwritten', async () => {
  type Pass = { scorePass: typeof scorePass }
  const tallied = async (personId: string, pass: typeof scorePass): Promise<number> => {
    const key = await store(personId)
    let stopped = false
    await pass(house.web.stores, house.org, [key], async (at) => {
      if (at !== 'appended' || stopped) return
      stopped = true
      await scorePass(house.web.stores, house.org, [await store(personId)])
    })
    const page = await house.web.stores.mongo.tallies.findOne({ memberId: personId }).lean()
    return Object.values(page?.metrics.revenue ?? {}).reduce((sum, day) => sum + day.s, 0)
  }
  const before = (await house.web.stores.mongo.tallies.findOne({ memberId: 'cai' }).lean()) === null
  expect(before).toBe(true)
  expect(await tallied('cai', scorePass)).toBe(200_000)
  const mutant = await importMutant<{ writePages: unknown }>('server/data/tallies.ts', [
    ['const filter = { _id: page.id as never, version: page.version }', 'const filter = { _id: page.id as never }'],
  ])
  expect(mutant.writePages).toBeTypeOf('function')
  const pass = await scorePassWith(mutant)
  expect(await tallied('ari', pass.scorePass)).toBe(100_000)

  async function scorePassWith(tallies: object): Promise<Pass> {
    const mutantGlobal = globalThis as unknown as { mutantTallies?: object }
    mutantGlobal.mutantTallies = tallies
    const tallyPass = await importMutant<object>('workers/tallyPass.ts', [
      [
        "} from '#server/data/tallies.ts'\n",
        "} from '#server/data/tallies.ts'\nconst { writePages: unguardedWrite } = globalThis.mutantTallies\n",
      ],
      ['await writePages(', 'await unguardedWrite('],
    ])
    mutantGlobal.mutantTallies = tallyPass
    return await importMutant<Pass>('workers/scorePass.ts', [
      [
        "import { addedPages, tallyPages, touchedPages } from './tallyPass.ts'",
        'const { addedPages, tallyPages, touchedPages } = globalThis.mutantTallies',
      ],
    ])
  }
})
