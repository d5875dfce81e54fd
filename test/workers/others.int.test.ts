import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishChanges, resumeRederives } from '#server/data/definitionChange.ts'
import type { Queues } from '#server/data/queues.ts'
import { threeCalls } from '#test/support/badge.ts'
import { pastContest } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call, deal } from '#test/support/sent.ts'
import { badgeRound } from '../../workers/badgeClock.ts'
import { contestRound } from '../../workers/contestClock.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const mongo = () => house.web.stores.mongo

/** Queues that take runs down, and none for one organization. */
function deafTo(org: string): { queues: Queues; taken: string[] } {
  const taken: string[] = []
  const queues: Queues = {
    ...house.web.queues,
    isRederiving: async () => false,
    async rederive(which) {
      if (which === org) throw new Error('no run for this one')
      taken.push(which)
    },
  }
  return { queues, taken }
}

test('a change that cannot be finished for one organization is finished for every other', async () => {
  const { stores } = house.web
  const orgs = [house.org, house.other.org]
  for (const [broken = '', sound = ''] of [orgs, orgs.toReversed()]) {
    const { queues, taken } = deafTo(broken)
    await mongo().organizations.updateMany({}, { $set: { changingSince: new Date(0), rederiveDue: new Date(0) } })
    await expect(resumeRederives({ stores, queues }, new Date())).rejects.toThrow('no run for this one')
    await expect(finishChanges({ stores, queues }, new Date())).rejects.toThrow('no run for this one')
    expect(taken).toEqual([sound, sound])
    expect(await mongo().organizations.distinct('_id', { changingSince: { $exists: true } })).toEqual([broken])
  }
})

test('a closed contest that cannot be looked at again keeps no other from its restatement', async () => {
  const contests = [await pastContest(house), await pastContest(house)]
  await contestRound(house.web, { nowMs: Date.now(), told: new Set() })
  await house.send(deal('ana', { occurredAt: new Date(Date.now() - 7_200_000).toISOString() }))
  await mongo().contests.collection.updateOne({ _id: contests[0]?.id as never }, { $set: { sides: null } })
  await expect(contestRound(house.web, { nowMs: Date.now(), told: new Set() })).rejects.toThrow()
  const marked = await mongo().contests.find({ lateDue: true }, { _id: 1 }).lean()
  expect(marked.map(({ _id }) => _id)).toEqual([contests[0]?.id])
  expect(await mongo().restatements.distinct('contestId')).toEqual([contests[1]?.id])
})

test('a badge whose past cannot be settled keeps no other from its own', async () => {
  const make = async (name: string): Promise<string> =>
    (await house.as('mia').post('/badges', { ...threeCalls, name: { en: name } })).body.id
  await house.send(call('ana'))
  const broken = await make('Broken')
  await mongo().badges.collection.updateOne({ _id: broken as never }, { $set: { cycle: null } })
  const sound = await make('Sound')
  await expect(badgeRound(house.web, Date.now())).rejects.toThrow()
  const stored = await mongo().badges.find({}, { past: 1 }).lean()
  expect(new Map(stored.map(({ _id, past }) => [_id, past]))).toEqual(
    new Map<string, unknown>([
      [broken, 'none'],
      [sound, 'settle'],
    ]),
  )
})
