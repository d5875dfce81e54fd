import { parse } from 'csv-parse/sync'
import type { ImportRow } from '#shared/importing.ts'
import { decodeCsvBytes } from '#shared/importText.ts'
import { Refusal } from '../http/problems.ts'

/** Most rows of one file. */
export const maxRows = 1_000_000
/** Most columns of one file. */
export const maxColumns = 200

/** A file of rows, read. */
export interface CsvFile {
  encoding: string
  headers: string[]
  rows: ImportRow[]
  /** The line of the file on which each row begins; the header is line 1. */
  lines: number[]
}

/** Reads the bytes of a CSV file; throws a refusal that says what is wrong with it. */
export function readCsv(bytes: Uint8Array): CsvFile {
  const decoded = decodeCsvBytes(bytes)
  if (!decoded) throw new Refusal(422, 'import.encoding', 'The file is neither UTF-8 nor GB18030 text')
  const delimiter = delimiterOf(decoded.text)
  const found = parseText(decoded.text, delimiter)
  const [headers, ...rows] = found.map(({ record }) => record)
  if (!headers || headers.every((header) => header.trim() === ''))
    throw new Refusal(422, 'import.empty', 'The file has no header line')
  if (headers.length > maxColumns) throw new Refusal(422, 'import.columns', `A file has at most ${maxColumns} columns`)
  if (rows.length > maxRows) throw new Refusal(413, 'import.rows', `A file has at most ${maxRows} rows`)
  const names = uniqueNames(headers)
  return {
    encoding: decoded.encoding,
    headers: names,
    rows: rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? '']))),
    lines: found.slice(1).map(({ info }) => info.lines),
  }
}

function parseText(text: string, delimiter: string): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
    }) as never
  } catch (error) {
    throw new Refusal(422, 'import.csv', `The file is not valid CSV: ${(error as Error).message}`)
  }
}

/** The separator that the header line has most of. */
function delimiterOf(text: string): string {
  const header = text.slice(0, Math.max(0, text.indexOf('\n')) || text.length)
  const count = (mark: string) => header.split(mark).length
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}

/** Two columns of one name, or one without a name, get a number, so that each can be chosen. */
function uniqueNames(headers: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return headers.map((header, at) => {
    const name = header.trim().slice(0, 190) || `Column ${at + 1}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}
