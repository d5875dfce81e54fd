import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parse } from 'csv-parse'
import type { BadRow, ImportRow } from '#shared/importing.ts'
import { type DecodedText, decodeCsvBytes } from '#shared/importText.ts'
import { Refusal } from '../http/problems.ts'
import { countRecords } from './csvCount.ts'

/** Most rows of one file. */
const maxRows = 1_000_000
/** Most columns of one file. */
const maxColumns = 200
/** Rows that a mapping is guessed from. */
const maxFirst = 1000
const sliceBytes = 64 * 1024

/** A row and the line of the file on which it begins; the header is line 1. */
export interface CsvRow {
  row: ImportRow
  line: number
  /** What is wrong with a row that has more in it than there are columns: its cells may stand under the wrong ones. */
  tooLong?: BadRow
}

/** A file of rows whose beginning has been read. */
export interface CsvFile {
  encoding: NonNullable<DecodedText>['encoding']
  headers: string[]
  /** Rows that are not empty. */
  total: number
  /** The first rows, at most 1,000. */
  first: ImportRow[]
  /** All rows, read a slice at a time, with everybody else's turn between two slices. Throws a refusal where it is no CSV. */
  rows(): AsyncIterable<CsvRow>
}

/** Opens the bytes of a CSV file; throws a refusal that says what is wrong with it. */
export async function openCsv(bytes: Uint8Array): Promise<CsvFile> {
  const { encoding, utf8 } = utf8Of(bytes)
  const delimiter = delimiterOf(utf8)
  const { records, openQuoteLine } = await countRecords(utf8, delimiter)
  if (openQuoteLine !== null) throw notCsv(`a quote opens on line ${openQuoteLine} and is never closed`)
  if (records - 1 > maxRows) throw new Refusal(413, 'import.rows', `A file has at most ${maxRows} rows`)
  const found = readRecords(utf8, delimiter)
  const head = await found.next()
  await found.return(undefined)
  if (head.done || head.value.record.every((header) => header.trim() === ''))
    throw new Refusal(422, 'import.empty', 'The file has no header line')
  if (head.value.record.length > maxColumns)
    throw new Refusal(422, 'import.columns', `A file has at most ${maxColumns} columns`)
  const headers = uniqueNames(head.value.record)
  async function* rows(): AsyncGenerator<CsvRow> {
    let isHeader = true
    for await (const { record, line } of readRecords(utf8, delimiter)) {
      if (!isHeader) yield rowOf(headers, record, line)
      isHeader = false
    }
  }
  const first: ImportRow[] = []
  for await (const { row } of rows()) if (first.push(row) >= maxFirst) break
  return { encoding, headers, total: records - 1, first, rows }
}

function utf8Of(bytes: Uint8Array): { encoding: CsvFile['encoding']; utf8: Uint8Array } {
  const decoded = isUtf8(bytes) ? null : decodeCsvBytes(bytes)
  const utf8 = decoded ? Buffer.from(decoded.text) : bytes
  if ((!decoded && !isUtf8(bytes)) || utf8.subarray(0, sliceBytes).includes(0))
    throw new Refusal(
      422,
      'import.encoding',
      'The file is no text in UTF-8 or GB18030; save a spreadsheet as CSV before importing it',
    )
  return { encoding: decoded?.encoding ?? 'utf-8', utf8 }
}

async function* readRecords(
  utf8: Uint8Array,
  delimiter: string,
): AsyncGenerator<{ record: string[]; line: number }, undefined, undefined> {
  const parser = parse({
    delimiter,
    bom: true,
    raw: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 1_000_000,
  })
  let line = 1
  try {
    for await (const found of Readable.from(slicesOf(utf8), { objectMode: false }).pipe(parser)) {
      const { record, raw } = found as { record: string[]; raw: string }
      if (record.length > 1 || record[0]?.trim()) yield { record, line }
      line += raw.match(/\r\n|\n|\r/g)?.length ?? 0
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_') || /record|quote/i.test((error as Error).message))
      throw notCsv(`${(error as Error).message} (line ${line})`)
    throw error
  }
}

async function* slicesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    yield bytes.subarray(from, from + sliceBytes)
    await nextTurn()
  }
}

function notCsv(why: string): Refusal {
  return new Refusal(422, 'import.csv', `The file is not valid CSV: ${why}`)
}

function rowOf(headers: readonly string[], record: readonly string[], line: number): CsvRow {
  const row = Object.fromEntries(headers.map((name, at) => [name, record[at] ?? '']))
  const beyond = record.slice(headers.length).join(' ').trim()
  if (beyond === '') return { row, line }
  const message = 'The row has more cells than there are columns; one with the separator in it must stand in quotes'
  return { row, line, tooLong: { line, column: '', value: beyond.slice(0, 200), code: 'row.too_long', message } }
}

/** The separator that the header line has most of. */
function delimiterOf(utf8: Uint8Array): string {
  const [header = ''] = Buffer.from(utf8.subarray(0, sliceBytes))
    .toString('utf8')
    .trimStart()
    .split(/[\r\n]/, 1)
  const count = (mark: string) => header.split(mark).length
  return [',', ';', '\t', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}

/** Two columns of one name, or one without a name, get a number, so that each can be chosen. */
function uniqueNames(headers: readonly string[]): string[] {
  const names = new Set<string>()
  for (const [at, header] of headers.entries()) {
    const name = header.trim().slice(0, 190) || `Column ${at + 1}`
    let unique = name
    for (let times = 2; names.has(unique); times++) unique = `${name} (${times})`
    names.add(unique)
  }
  return [...names]
}
