import { z } from 'zod'
import { type ActivityInput, activityInputSchema } from './contract/activities.ts'
import { type Cell, datePatterns, parseInstant, parseMoney, parseQuantity } from './importCells.ts'
import { currencySchema, kindSchema, zoneSchema } from './schema.ts'

const columnSchema = z.string().min(1).max(200)
const attributeNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)

const dateSchema = z.strictObject({ column: columnSchema, pattern: z.enum(datePatterns) })

/**
 * How the columns of a file become activities: a profile that is saved with its source. A row is one activity, or none
 * when its stage says so; its external id stays the same when its stage moves from won to lost, so that it is corrected
 * and not counted twice.
 */
export const importMappingSchema = z.strictObject({
  externalId: columnSchema,
  /** `name` and `externalId` are what this source calls the person; both are looked up in the people's identities. */
  person: z.strictObject({ column: columnSchema, by: z.enum(['name', 'email', 'externalId']) }).nullable(),
  kind: z.discriminatedUnion('from', [
    z.strictObject({ from: z.literal('always'), kind: kindSchema }),
    z.strictObject({
      from: z.literal('column'),
      column: columnSchema,
      /** Values not listed here are skipped, like deals that are still open. Compared without case and outer spaces. */
      values: z
        .array(
          z.strictObject({
            value: z.string().max(200),
            kind: kindSchema,
            /** Another column for the date, like when a lead was engaged; `null`: the usual one. */
            occurredAt: dateSchema.nullable().default(null),
            /** Makes an external id of its own, for a fact that stays when the stage moves on; `null`: the row's. */
            idSuffix: z
              .string()
              .regex(/^[a-z0-9-]{1,20}$/)
              .nullable()
              .default(null),
          }),
        )
        .min(1)
        .max(100),
    }),
  ]),
  occurredAt: dateSchema,
  /** In which the dates are meant. */
  zone: zoneSchema,
  value: z.strictObject({ column: columnSchema, currency: currencySchema, decimalMark: z.enum(['.', ',']) }).nullable(),
  quantity: z.strictObject({ column: columnSchema }).nullable(),
  attributes: z.array(z.strictObject({ column: columnSchema, name: attributeNameSchema })).max(50),
})
export type ImportMapping = z.infer<typeof importMappingSchema>

/** A row of a file by its headers. */
export type ImportRow = Readonly<Record<string, string>>

/** What is wrong with a row: where, what stands there, and why it cannot be taken. */
export interface BadRow {
  line: number
  column: string
  value: string
  code: string
  message: string
}

/** What became of a row. `skip` is meant that way, `bad` is for someone to correct. */
export type MappedRow =
  | { result: 'activity'; input: ActivityInput }
  | { result: 'skip'; line: number; reason: 'stage' | 'empty' }
  | { result: 'bad'; bad: BadRow }

/** Maps one row, which begins at `line` of the file (the header is line 1). Pure: the same row gives the same activity. */
export function mapRow(row: ImportRow, line: number, mapping: ImportMapping): MappedRow {
  const cell = (column: string) => (Object.hasOwn(row, column) ? (row[column] ?? '').trim() : '')
  if (Object.values(row).every((value) => value.trim() === '')) return { result: 'skip', line, reason: 'empty' }
  const bad = (column: string, code: string, message: string): MappedRow => ({
    result: 'bad',
    bad: { line, column, value: cell(column).slice(0, 200), code, message },
  })

  const stage = stageOf(mapping, cell)
  if (stage === null) return { result: 'skip', line, reason: 'stage' }
  const id = cell(mapping.externalId)
  if (id === '') return bad(mapping.externalId, 'id.missing', 'The row has no id')

  const date = stage.occurredAt ?? mapping.occurredAt
  if (cell(date.column) === '') return bad(date.column, 'date.missing', 'The row has no date')
  const at = parseInstant(cell(date.column), date.pattern, mapping.zone)
  if (!at.ok) return bad(date.column, at.code, at.message)

  const value = optional(mapping.value, cell, ({ currency, decimalMark }, text) =>
    parseMoney(text, currency, decimalMark),
  )
  if (value && !value.ok) return bad(mapping.value?.column ?? '', value.code, value.message)
  const quantity = optional(mapping.quantity, cell, (_, text) => parseQuantity(text, mapping.value?.decimalMark))
  if (quantity && !quantity.ok) return bad(mapping.quantity?.column ?? '', quantity.code, quantity.message)

  const person = mapping.person === null ? '' : cell(mapping.person.column)
  const attributes = mapping.attributes
    .map(({ column, name }): [string, string] => [name, cell(column)])
    .filter(([, text]) => text !== '')
  const parsed = activityInputSchema.safeParse({
    externalId: stage.idSuffix === null ? id : `${id}~${stage.idSuffix}`,
    kind: stage.kind,
    occurredAt: new Date(at.value).toISOString(),
    ...(person === '' ? {} : { person: mapping.person?.by === 'email' ? { email: person } : { externalId: person } }),
    ...(value && mapping.value ? { value: { amountMinor: value.value, currency: mapping.value.currency } } : {}),
    ...(quantity ? { quantity: quantity.value } : {}),
    attributes: Object.fromEntries(attributes),
  })
  if (parsed.success) return { result: 'activity', input: parsed.data }
  const [issue] = parsed.error.issues
  return bad(columnOf(issue?.path ?? [], mapping), 'row.invalid', issue?.message ?? 'The row cannot be taken')
}

type Stage = Pick<
  Extract<ImportMapping['kind'], { from: 'column' }>['values'][number],
  'kind' | 'occurredAt' | 'idSuffix'
>

function stageOf({ kind }: ImportMapping, cell: (column: string) => string): Stage | null {
  if (kind.from === 'always') return { kind: kind.kind, occurredAt: null, idSuffix: null }
  const wanted = cell(kind.column).toLowerCase()
  return kind.values.find(({ value }) => value.trim().toLowerCase() === wanted) ?? null
}

/** Reads an optional column; `null` when it is not mapped or the cell is empty. */
function optional<M extends { column: string }, T>(
  mapped: M | null,
  cell: (column: string) => string,
  parse: (mapped: M, text: string) => Cell<T>,
): Cell<T> | null {
  const text = mapped === null ? '' : cell(mapped.column)
  return mapped === null || text === '' ? null : parse(mapped, text)
}

function columnOf([field, name]: readonly PropertyKey[], mapping: ImportMapping): string {
  if (field === 'person') return mapping.person?.column ?? ''
  if (field === 'value') return mapping.value?.column ?? ''
  if (field === 'occurredAt') return mapping.occurredAt.column
  if (field === 'attributes') return mapping.attributes.find((one) => one.name === name)?.column ?? ''
  return mapping.externalId
}
