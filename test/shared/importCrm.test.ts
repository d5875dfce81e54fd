import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { ActivityInput } from '#shared/contract/activities.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { type ImportRow, mapRow } from '#shared/importing.ts'
import { guessPeopleMapping, mapPeople } from '#shared/importPeople.ts'
import { decodeCsvBytes } from '#shared/importText.ts'
import { localDay, periodOf } from '#shared/period.ts'
import { crmPeople, crmTeams } from '#test/support/crmFigures.ts'

/** A real export of 8,800 opportunities; where the folder is not there, these tests are skipped. */
const folder = process.env.CRM_DATA_DIR ?? new URL('../../../shared/data/crm', import.meta.url).pathname
const crm = existsSync(`${folder}/sales_pipeline.csv`)
const reason = crm ? '' : ' (skipped: no CRM export beside the repository, set CRM_DATA_DIR)'

const read = (name: string): { headers: string[]; rows: ImportRow[] } => {
  const text = decodeCsvBytes(readFileSync(`${folder}/${name}.csv`))?.text ?? ''
  const [headers = []] = parse(text, { to_line: 1 }) as string[][]
  return { headers, rows: parse(text, { columns: true }) as ImportRow[] }
}

const settings = { zone: 'America/New_York', currency: 'USD' }

function mapped(): ActivityInput[] {
  const { headers, rows } = read('sales_pipeline')
  const guess = guessMapping(headers, rows.slice(0, 100), settings)
  if (!guess.ok) throw new Error('the export is not recognized')
  const results = rows.map((row, index) => mapRow(row, index + 2, guess.mapping))
  expect(results.filter(({ result }) => result === 'bad')).toEqual([])
  expect(results.filter(({ result }) => result === 'skip')).toHaveLength(1589 + 500)
  return results.flatMap((one) => (one.result === 'activity' ? one.input : []))
}

const whole = (inputs: ActivityInput[]) => inputs.reduce((sum, { value }) => sum + (value?.amountMinor ?? 0), 0) / 100

test.skipIf(!crm)(`the CRM export gives 4,238 won deals of 10,005,534 in all${reason}`, () => {
  const inputs = mapped()
  const won = inputs.filter(({ kind }) => kind === 'deal.won')
  expect([won.length, whole(won)]).toEqual([4238, 10_005_534])
  expect(inputs.filter(({ kind }) => kind === 'deal.lost')).toHaveLength(2473)
  const quarter = won.filter(({ occurredAt }) => {
    const day = localDay(Date.parse(occurredAt), settings.zone)
    const calendar = { weekStart: 1, fiscalYearStartMonth: 1, fiscalCalendar: 'months' } as const
    return periodOf(day, { every: 'quarter' }, calendar)?.key === '2017-q4'
  })
  expect([quarter.length, whole(quarter)]).toEqual([1196, 2_802_496])
})

test.skipIf(!crm)(`the CRM export ranks people and managers’ teams as its owner does${reason}`, () => {
  const { headers, rows } = read('sales_teams')
  const mapping = guessPeopleMapping(headers)
  if (!mapping) throw new Error('the people file is not recognized')
  const { people, teams, bad } = mapPeople(rows, mapping, { companyName: 'Acme' })
  expect([people.length, bad.length]).toEqual([35, 0])
  const level = (wanted: string) => teams.filter((team) => team.level === wanted).length
  expect([level('company'), level('region'), level('team')]).toEqual([1, 3, 6])
  const byPerson = new Map<string, number>()
  const byTeam = new Map<string, number>()
  const teamOf = new Map(people.map(({ externalId, teamKey }) => [externalId, teamKey.split('/').at(-1) ?? '']))
  for (const { kind, person, value } of mapped()) {
    if (kind !== 'deal.won' || !person || !('externalId' in person)) continue
    const amount = (value?.amountMinor ?? 0) / 100
    const team = teamOf.get(person.externalId) ?? 'unmatched'
    byPerson.set(person.externalId, (byPerson.get(person.externalId) ?? 0) + amount)
    byTeam.set(team, (byTeam.get(team) ?? 0) + amount)
  }
  const ranked = (values: Map<string, number>) => [...values].sort(([, a], [, b]) => b - a)
  expect(ranked(byPerson).slice(0, 5)).toEqual(crmPeople)
  expect(ranked(byTeam)).toEqual(crmTeams)
})
