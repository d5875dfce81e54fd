import { stringify } from 'csv-stringify/sync'
import type { ImportBadRow } from '#shared/contract/import.ts'

/** Where a cell that begins like a formula may begin; spaces and quotes before it are taken away by some spreadsheets. */
const cellStart = /(?:^|[;\t\r\n])(?=[\s"']*[=+\-@＝＋－＠])/g

/**
 * Bad rows as a file that Excel opens in any language: UTF-8 with its mark. What a spreadsheet would take for a formula
 * gets a quote before it, also where another spreadsheet than ours would begin a cell: many divide them by semicolons.
 */
export function badRowsCsv(rows: readonly ImportBadRow[]): string {
  return stringify([...rows], {
    bom: true,
    header: true,
    columns: ['file', 'line', 'column', 'value', { key: 'message', header: 'reason' }, 'code'],
    cast: { string: (text) => text.replace(cellStart, "$&'") },
    record_delimiter: 'windows',
  })
}
