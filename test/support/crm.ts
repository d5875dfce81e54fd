import { expect } from 'vitest'
import { readBoardView } from '#server/data/boardView.ts'
import { bumpVersion, definitionsOf } from '#server/data/definitions.ts'
import type { Board, BoardInput } from '#shared/board.ts'
import { crmPeople, crmTeams } from './crmFigures.ts'
import { floorBoard } from './floor.ts'
import type { House } from './house.ts'
import { metricOver } from './metric.ts'
import { besideRepository } from './shared.ts'

/** Folder of a real export, or `null`: tests of it skip then, and their title ends with the note. */
export const crm = besideRepository('data/crm')
export const crmNote = crm === null ? ' (skipped: the real export is not beside this repository)' : ''

const boards: [string, Partial<BoardInput>][] = [
  ['won', { metricId: 'revenue', cycle: { every: 'year' } }],
  ['deals', { metricId: 'deals', cycle: { every: 'year' } }],
  ['teams', { metricId: 'revenue', cycle: { every: 'year' }, audience: { of: 'teams', level: 'team' } }],
  ['company', { metricId: 'revenue', cycle: { every: 'year' }, audience: { of: 'teams', level: 'company' } }],
  ['company-deals', { metricId: 'deals', cycle: { every: 'year' }, audience: { of: 'teams', level: 'company' } }],
  ['quarter', { metricId: 'revenue', cycle: { every: 'quarter' }, audience: { of: 'teams', level: 'company' } }],
  ['quarter-deals', { metricId: 'deals', cycle: { every: 'quarter' }, audience: { of: 'teams', level: 'company' } }],
]

/** Gives a house the boards on which the figures of the export are read, a badge and a streak. */
export async function addCrmBoards(house: House): Promise<void> {
  const { mongo } = house.web.stores
  const { id: _id, ...deals } = metricOver('deals', 'deal.won', 'count')
  await mongo.metrics.create({ _id, org: house.org, ...deals })
  for (const [id, board] of boards)
    await mongo.boards.create({ ...floorBoard('revenue'), ...board, _id: id, org: house.org } as never)
  const common = { org: house.org, name: { en: 'Deals' }, metricId: 'deals', active: true }
  const badge = {
    icon: 'trophy',
    cycle: { every: 'month' },
    threshold: 10,
    scope: 'person',
    revocable: true,
    past: null,
  }
  await mongo.badges.create({ ...common, ...badge, _id: 'ten-deals' } as never)
  await mongo.streaks.create({ ...common, target: 1, _id: 'daily-deal' } as never)
  await bumpVersion(mongo, house.org, { boards: true })
}

async function rows(house: House, id: string, day: string): Promise<[name: string, value: number][]> {
  const { stores } = house.web
  const definitions = await definitionsOf(stores.mongo, house.org)
  const board = definitions?.boards.find((one) => one.id === id) as Board
  const view =
    definitions &&
    (await readBoardView(stores, definitions, { board, day, top: 50, around: null }, { seesAll: true }, Date.now()))
  return view?.rows.map((row) => [row.name, row.value ?? 0]) ?? []
}

/** The figures that the export is known to have; amounts are in whole units there. */
export async function expectCrmFigures(house: House): Promise<void> {
  const whole = (list: [string, number][]) => list.map(([name, value]) => [name, value / 100])
  expect(whole(await rows(house, 'won', '2017-06-01')).slice(0, 5)).toEqual(crmPeople)
  expect(whole(await rows(house, 'teams', '2017-06-01'))).toEqual(crmTeams)
  expect(whole(await rows(house, 'company', '2017-06-01'))[0]?.[1]).toBe(10_005_534)
  expect((await rows(house, 'company-deals', '2017-06-01'))[0]?.[1]).toBe(4238)
  expect(whole(await rows(house, 'quarter', '2017-11-01'))[0]?.[1]).toBe(2_802_496)
  expect((await rows(house, 'quarter-deals', '2017-11-01'))[0]?.[1]).toBe(1196)
  const { badgeGrants, streakRuns } = house.web.stores.mongo
  expect(await badgeGrants.countDocuments({ org: house.org, badgeId: 'ten-deals', revokedAt: null })).toBe(211)
  expect(await streakRuns.countDocuments({ org: house.org, streakId: 'daily-deal' })).toBe(30)
  expect(await house.differences()).toEqual([])
}
