import { contestById, createContest, frozenContest } from '#server/data/contests.ts'
import { definitionsOf } from '#server/data/definitions.ts'
import { newId } from '#server/data/tokens.ts'
import type { Contest, ContestInput } from '#shared/contest.ts'
import type { House } from './house.ts'

export const minuteMs = 60_000

/** North (Ana, Ari) against south (Cai) over won money, as an admin asks for it: from an hour ago to an hour from now. */
export function sprintInput(nowMs: number, changes: Partial<ContestInput> = {}): ContestInput {
  return {
    name: { en: 'Sprint' },
    metricId: 'revenue',
    sides: [
      { teamId: 'north', name: 'North', color: 2, roster: ['ana', 'ari'] },
      { teamId: 'south', name: 'South', color: 3, roster: ['cai'] },
    ],
    startsAtMs: nowMs - 60 * minuteMs,
    endsAtMs: nowMs + 60 * minuteMs,
    graceMs: 10 * minuteMs,
    aggregation: 'sum',
    ...changes,
  }
}

/** Makes a contest as an admin does; answers it as stored. */
export async function makeContest(house: House, input: ContestInput): Promise<Contest> {
  const answer = await house.as('boss').post('/contests', input)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return (await contestById(house.web.stores.mongo, house.org, answer.body.contest.id)) as Contest
}

/** A contest that ended an hour ago, as if it had been made in time. */
export async function pastContest(house: House, changes: Partial<ContestInput> = {}): Promise<Contest> {
  const nowMs = Date.now()
  const definitions = await definitionsOf(house.web.stores.mongo, house.org)
  const times = { startsAtMs: nowMs - 180 * minuteMs, endsAtMs: nowMs - 60 * minuteMs }
  const contest = definitions && frozenContest(definitions, sprintInput(nowMs, { ...times, ...changes }), newId())
  if (!contest) throw new Error('The contest cannot be made')
  await createContest(house.web, house.org, contest)
  return contest
}
