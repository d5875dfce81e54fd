import { type ImportMapping, mapRow } from '#shared/importing.ts'
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
    `The first ${rows.length} rows become:`,
    ...rows.map((row, index) => `  ${index + 1}. ${row}`),
  ]
}
