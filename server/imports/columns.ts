import type { ImportMapping } from '#shared/importing.ts'
import type { PeopleMapping } from '#shared/importPeople.ts'
import { Refusal } from '../http/problems.ts'

/** Columns that a mapping reads. */
export function columnsOf({
  externalId,
  person,
  kind,
  occurredAt,
  value,
  quantity,
  attributes,
}: ImportMapping): string[] {
  const ofKind =
    kind.from === 'always' ? [] : [kind.column, ...kind.values.flatMap((one) => one.occurredAt?.column ?? [])]
  const optional = [person, value, quantity, ...attributes].flatMap((one) => one?.column ?? [])
  return [externalId, occurredAt.column, ...ofKind, ...optional]
}

/** Columns that a mapping of people reads. */
export function peopleColumnsOf({ name, externalId, email, team, region }: PeopleMapping): string[] {
  return [name, externalId, email, team, region].filter((column) => column !== null)
}

/** 422 when a file lacks columns that a mapping reads. */
export function checkColumns(columns: readonly string[], headers: readonly string[], file: string): void {
  const missing = [...new Set(columns)].filter((column) => !headers.includes(column))
  if (missing.length === 0) return
  const named = missing.slice(0, 10).map((column) => `“${column}”`)
  throw new Refusal(422, 'import.columns_missing', `The ${file} file has no column ${named.join(', ')}`)
}
