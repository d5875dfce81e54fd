import { expect, test } from 'vitest'
import { contestInputSchema } from '#shared/contest.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { type ContestDraft, contestOfDraft, rosterOf } from '../../client/contests/contestDraft.ts'
import { newPerson } from '../../client/people/newPerson.ts'

const now = Date.UTC(2026, 10, 22, 6)
const team = (id: string, parentId: string | null, color: number): Team => ({
  id,
  name: id,
  level: 'team',
  parentId,
  color,
})
const teams = new Map(
  [team('north', null, 1), team('red', 'north', 2), team('blue', null, 3)].map((one) => [one.id, one]),
)
const person = (id: string, teamId: string, more: Partial<Person> = {}): Person => ({
  ...newPerson(),
  id,
  name: id,
  memberships: [{ teamId, fromMs: null, toMs: null }],
  ...more,
})
const facts = {
  people: [person('ana', 'red'), person('bo', 'blue'), person('cai', 'red', { active: false }), person('dan', 'north')],
  teams,
  zone: 'Asia/Shanghai',
}
const draft: ContestDraft = {
  metricId: 'points',
  sides: [
    { key: 'k1', teamId: 'north', name: '', people: [] },
    { key: 'k2', teamId: 'blue', name: '', people: [] },
  ],
  start: 'now',
  startAt: '',
  minutes: '60',
  endAt: '',
  aggregation: 'sum',
  graceMinutes: '15',
  name: '',
}
const name = { en: 'Sprint' }

test('a sprint takes everyone who is in the team or below it now, and nobody who has left', () => {
  expect(rosterOf('north', facts, now)).toEqual(['ana', 'dan'])
  const contest = contestInputSchema.parse(contestOfDraft(draft, facts, { nowMs: now, name }))
  expect(contest.sides.map((side) => side.roster)).toEqual([['ana', 'dan'], ['bo']])
  expect(contest.endsAtMs - contest.startsAtMs).toBe(3_600_000)
})

test('set times are those of the organization, not of the laptop', () => {
  const later = {
    ...draft,
    start: 'later' as const,
    startAt: '2026-11-23T09:00',
    minutes: 'until' as const,
    endAt: '2026-11-23T18:00',
  }
  const contest = contestOfDraft(later, facts, { nowMs: now, name })
  expect(contest?.startsAtMs).toBe(Date.parse('2026-11-23T09:00+08:00'))
  expect(contest?.endsAtMs).toBe(Date.parse('2026-11-23T18:00+08:00'))
})

test('there is no contest while a side has nobody, no name, or the end lies before the start', () => {
  const adhoc = { key: 'k2', teamId: null, name: 'Guests', people: [] as string[] }
  const withSide = (side: typeof adhoc) =>
    contestOfDraft({ ...draft, sides: [draft.sides[0] ?? adhoc, side] }, facts, { nowMs: now, name })
  expect(withSide(adhoc)).toBeNull()
  expect(withSide({ ...adhoc, people: ['bo'], name: ' ' })).toBeNull()
  expect(withSide({ ...adhoc, people: ['bo'] })?.sides[1]).toMatchObject({
    teamId: 'k2',
    name: 'Guests',
    roster: ['bo'],
  })
  expect(
    contestOfDraft({ ...draft, minutes: 'until', endAt: '2026-11-01T09:00' }, facts, { nowMs: now, name }),
  ).toBeNull()
})
