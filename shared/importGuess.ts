import { type DatePattern, datePatterns, parseInstant, parseMoney } from './importCells.ts'
import type { ImportMapping, ImportRow } from './importing.ts'
import type { OrganizationSettings } from './organization.ts'

const names = {
  externalId: /^(opportunity|deal|order|activity|record|external|row)?[ _-]?(id|no|number|key)$|编号|单号|商机号/i,
  person: /agent|owner|rep\b|seller|sales ?person|assigned|employee|销售|负责人|业务员|员工/i,
  stage: /stage|status|outcome|result|阶段|状态|结果/i,
  date: /clos|won|date|time|when|日期|时间/i,
  value: /amount|value|revenue|total|price|金额|成交额|合同额/i,
  quantity: /^(quantity|qty|count|units)$|数量/i,
}

const attributeNames: [RegExp, string][] = [
  [/account|customer|client|company|客户/i, 'account'],
  [/product|产品/i, 'product'],
  [/segment|行业|细分/i, 'segment'],
  [/region|地区|区域|大区/i, 'region'],
]

const wonWords = /\bwon\b|赢单|成交|已签约/i
const lostWords = /\blost\b|丢单|输单|流失/i

/** A first mapping to look over, or what could not be found in the file. */
export type GuessedMapping =
  | { ok: true; mapping: ImportMapping; ambiguousDates: boolean }
  | { ok: false; missing: ('externalId' | 'date')[] }

/**
 * Guesses a mapping from the headers and the first rows. Dates that could be read day or month first are taken month first
 * and `ambiguousDates` says so. Open stages are not mapped: a deal that is neither won nor lost is no fact yet.
 */
export function guessMapping(
  headers: readonly string[],
  rows: readonly ImportRow[],
  settings: Pick<OrganizationSettings, 'zone' | 'currency'>,
): GuessedMapping {
  const free = new Set(headers)
  const take = (form: RegExp, fits: (column: string) => boolean = () => true): string | null => {
    const column = headers.find((header) => free.has(header) && form.test(header.trim()) && fits(header)) ?? null
    if (column !== null) free.delete(column)
    return column
  }
  const cells = (column: string) => rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '')
  const isDate = (column: string) => patternsOf(cells(column)).length > 0

  const externalId = take(names.externalId)
  const person = take(names.person)
  const stage = take(names.stage)
  const date = take(/clos|won|成交|签约/i, isDate) ?? take(names.date, isDate)
  const value = take(names.value, (column) => decimalMarkOf(cells(column), settings.currency) !== null)
  const quantity = take(names.quantity)
  const missing = [...(externalId === null ? ['externalId' as const] : []), ...(date === null ? ['date' as const] : [])]
  if (externalId === null || date === null) return { ok: false, missing }

  const patterns = patternsOf(cells(date))
  const mapping: ImportMapping = {
    externalId,
    person: person === null ? null : { column: person, by: cells(person).some(isEmail) ? 'email' : 'name' },
    kind: kindOf(stage, stage === null ? [] : cells(stage)),
    occurredAt: { column: date, pattern: patterns[0] ?? 'YYYY-MM-DD' },
    zone: settings.zone,
    value:
      value === null
        ? null
        : {
            column: value,
            currency: settings.currency,
            decimalMark: decimalMarkOf(cells(value), settings.currency) ?? '.',
          },
    quantity: quantity === null ? null : { column: quantity },
    attributes: attributeNames.flatMap(([form, name]) => {
      const column = take(form)
      return column === null ? [] : [{ column, name }]
    }),
  }
  return { ok: true, mapping, ambiguousDates: patterns.length > 1 }
}

function isEmail(cell: string): boolean {
  return /^\S+@\S+\.\S+$/.test(cell)
}

function kindOf(stage: string | null, cells: readonly string[]): ImportMapping['kind'] {
  if (stage === null) return { from: 'always', kind: 'deal.won' }
  const known = [...new Set(cells)].slice(0, 100).flatMap((value) => {
    const kind = lostWords.test(value) ? 'deal.lost' : wonWords.test(value) ? 'deal.won' : null
    return kind === null ? [] : [{ value, kind, occurredAt: null, idSuffix: null }]
  })
  const outcome = (value: string, kind: string) => ({ value, kind, occurredAt: null, idSuffix: null })
  const usual = [outcome('Won', 'deal.won'), outcome('Lost', 'deal.lost')].filter(
    ({ kind }) => !known.some((one) => one.kind === kind),
  )
  return { from: 'column', column: stage, values: [...known, ...usual] }
}

/** A column is still one of dates or amounts when a few of its cells are not: those are bad rows for somebody to look at. */
const leastShare = 0.9

/** The patterns that read the most cells, and nearly all of them; none of no cells. */
function patternsOf(cells: readonly string[]): DatePattern[] {
  const read = datePatterns.map((pattern) => cells.filter((cell) => parseInstant(cell, pattern, 'UTC').ok).length)
  const most = Math.max(...read)
  if (most === 0 || most < leastShare * cells.length) return []
  return datePatterns.filter((_, at) => read[at] === most)
}

/** The decimal mark with which the most cells are amounts, the point when both are equal; `null` when neither is. */
function decimalMarkOf(cells: readonly string[], currency: string): '.' | ',' | null {
  const read = (mark: '.' | ',') => cells.filter((cell) => parseMoney(cell, currency, mark).ok).length
  const [points, commas] = [read('.'), read(',')]
  const most = Math.max(points, commas)
  if (most === 0 || most < leastShare * cells.length) return null
  return points >= commas ? '.' : ','
}
