import { stringify } from 'csv-stringify/sync'
import type { ImportBadRow } from '#shared/contract/import.ts'

/**
 * Bad rows as a file that Excel opens in any language: UTF-8 with its mark. What a spreadsheet would take for a formula
 * gets a quote before it.
 */
export function badRowsCsv(rows: readonly ImportBadRow[]): string {
  return stringify([...rows], {
    bom: true,
    header: true,
    columns: ['file', 'line', 'column', 'value', { key: 'message', header: 'reason' }, 'code'],
    escape_formulas: true,
    record_delimiter: 'windows',
  })
}
