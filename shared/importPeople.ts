import { z } from 'zod'
import type { BadRow, ImportRow } from './importing.ts'
import type { TeamLevel } from './team.ts'

const columnSchema = z.string().min(1).max(200)

/** How the columns of a people file become people and teams. */
export const peopleMappingSchema = z.strictObject({
  name: columnSchema,
  /** What activities of this source call the person; usually the name itself. */
  externalId: columnSchema,
  email: columnSchema.nullable(),
  /** The team, often by its manager's name. */
  team: columnSchema.nullable(),
  /** The office or region that the team belongs to. */
  region: columnSchema.nullable(),
})
export type PeopleMapping = z.infer<typeof peopleMappingSchema>

/** A team of the tree that a people file describes; `key` is unique in the file and the same every time. */
export interface ImportedTeam {
  key: string
  name: string
  level: TeamLevel
  parentKey: string | null
}

export interface ImportedPerson {
  externalId: string
  name: string
  email: string | null
  teamKey: string
}

/** What a people file says: the company with its regions and teams, parents before children, and the people. */
export interface ImportedPeople {
  teams: ImportedTeam[]
  people: ImportedPerson[]
  bad: BadRow[]
}

/** Key of the company, the root of every imported tree. */
export const companyKey = 'company'

/**
 * Reads a people file; `lines` are those on which its rows begin, when they are not 2, 3, 4 and so on. A manager's team stands under its office, an office under
 * the company; people without a team stand in their office, else in the company. The same person twice must say the same.
 */
export function mapPeople(
  rows: readonly ImportRow[],
  mapping: PeopleMapping,
  { companyName, lines = [] }: { companyName: string; lines?: readonly number[] },
): ImportedPeople {
  const teams = new Map<string, ImportedTeam>([
    [companyKey, { key: companyKey, name: companyName, level: 'company', parentKey: null }],
  ])
  const people = new Map<string, ImportedPerson>()
  const bad: BadRow[] = []
  for (const [index, row] of rows.entries()) {
    const cell = (column: string | null) =>
      column !== null && Object.hasOwn(row, column) ? (row[column] ?? '').trim() : ''
    const refuse = (column: string, code: string, message: string) =>
      bad.push({ line: lines[index] ?? index + 2, column, value: cell(column).slice(0, 200), code, message })
    if (Object.values(row).every((value) => value.trim() === '')) continue
    const [name, externalId, email] = [cell(mapping.name), cell(mapping.externalId), cell(mapping.email).toLowerCase()]
    if (name === '' || name.length > 120) refuse(mapping.name, 'person.name', 'A name has 1 to 120 characters')
    else if (externalId === '' || externalId.length > 200)
      refuse(mapping.externalId, 'person.id', 'An id has 1 to 200 characters')
    else if (email !== '' && !z.email().max(254).safeParse(email).success)
      refuse(mapping.email ?? '', 'person.email', 'This is not an e-mail address')
    else {
      const regionKey = addTeam(teams, cell(mapping.region), 'region', companyKey)
      const teamKey = addTeam(teams, cell(mapping.team), 'team', regionKey)
      const person = { externalId, name, email: email === '' ? null : email, teamKey }
      const known = people.get(externalId)
      if (known && JSON.stringify(known) !== JSON.stringify(person))
        refuse(mapping.externalId, 'person.twice', 'This person stands in the file before, with other details')
      else people.set(externalId, person)
    }
  }
  return { teams: [...teams.values()], people: [...people.values()], bad }
}

function addTeam(
  teams: Map<string, ImportedTeam>,
  cell: string,
  level: Extract<TeamLevel, 'region' | 'team'>,
  parentKey: string,
): string {
  const name = cell.slice(0, 80).trim()
  if (name === '') return parentKey
  const key = `${parentKey}/${name}`
  if (!teams.has(key)) teams.set(key, { key, name, level, parentKey })
  return key
}

/** A first mapping of a people file from its headers; `null` when no column looks like a name. */
export function guessPeopleMapping(headers: readonly string[]): PeopleMapping | null {
  const find = (form: RegExp) => headers.find((header) => form.test(header.trim())) ?? null
  const name = find(/^(name|sales ?_?agent|sales ?_?rep|sales ?person|employee|full ?_?name)$|姓名|销售|员工/i)
  if (name === null) return null
  return {
    name,
    externalId: find(/^(external|employee|user|person)[ _-]?(id|no|number)$|工号/i) ?? name,
    email: find(/e-?mail|邮箱/i),
    team: find(/^team|manager|团队|小组|经理/i),
    region: find(/office|region|branch|大区|区域|分公司|办事处/i),
  }
}
