import { type ImportMapping, mapRow } from '#shared/importing.ts'
import { columnsOf } from '../imports/columns.ts'
import type { CsvFile } from '../imports/csvRows.ts'

const shownRows = 5

/** What a dry run says before it reads everything: how the columns are read, and what the first rows become. */
export function previewLines({ first, encoding, total }: CsvFile, mapping: ImportMapping): string[] {
  const rows = first.slice(0, shownRows).map((row, index) => {
    const mapped = mapRow(row, index + 2, mapping)
    if (mapped.result === 'activity') return JSON.stringify(mapped.input)
    return mapped.result === 'bad'
      ? `bad: ${mapped.bad.message} (${mapped.bad.column}: ${mapped.bad.value})`
      : 'skipped'
  })
  return [
    `${total} rows in ${encoding}. The columns are read like this; kept in a file and changed, it goes with --map FILE:`,
    JSON.stringify(mapping, null, 2),
    'The first rows become:',
    ...rows.map((row, index) => `  ${index + 1}. ${row}`),
  ]
}

/** What a guess made of the columns, in a line; what it left out could be an amount that somebody will miss. */
export function guessLine({ headers }: CsvFile, mapping: ImportMapping): string {
  const { externalId, person, occurredAt, value } = mapping
  const parts = [
    `id ${externalId}`,
    `person ${person?.column ?? '–'}`,
    `date ${occurredAt.column} (${occurredAt.pattern})`,
    `amount ${value?.column ?? '–'}`,
  ]
  const read = new Set(columnsOf(mapping))
  const unread = headers.filter((header) => !read.has(header))
  return `Columns as guessed: ${parts.join(', ')}; not read: ${unread.join(', ') || '–'}. --map FILE says otherwise.`
}
