import type { Rejection } from '#shared/contract/activities.ts'
import { type BadRow, type ImportMapping, type ImportRow, type MappedRow, mapRow } from '#shared/importing.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import { createBacklog } from '../data/backlog.ts'
import type { ActivityDoc } from '../data/documents.ts'
import type { Queues } from '../data/queues.ts'
import type { Stores } from '../data/stores.ts'
import type { CsvFile } from './csvRows.ts'
import { compareRevisions, storeRevisions } from './storeRevisions.ts'

const rowsPerStep = 250
/** Bad rows that are kept for the list to download. */
const maxBadRows = 10_000

/** How far an import is, and what became of its rows. */
export interface ImportCounts {
  done: number
  total: number
  accepted: number
  duplicate: number
  skipped: number
  bad: number
}

export interface ImportOfActivities {
  org: string
  sourceId: string
  file: Pick<CsvFile, 'rows' | 'total'>
  mapping: ImportMapping
  /** Reads and checks, and writes nothing: `accepted` is then what would be stored. */
  dryRun: boolean
  /** Asked for each step: what a long file says at its end is not known when it is begun. */
  nowMs(): number
  onProgress(counts: ImportCounts): void
  /** Hears of the first 10,000 bad rows as they are found. */
  onBad(row: BadRow): void
  /** Asked between steps; what is stored by then stays, and importing again goes on. */
  stopped(): boolean
}

/** Takes the rows of a file in, a few hundred at a time. The same file again changes nothing. */
export async function importActivities(
  { mongo }: Pick<Stores, 'mongo'>,
  queues: Pick<Queues, 'score' | 'waitingToScore' | 'workers'>,
  { org, sourceId, file, mapping, dryRun, nowMs, onProgress, onBad, stopped }: ImportOfActivities,
): Promise<ImportCounts> {
  const counts: ImportCounts = { done: 0, total: file.total, accepted: 0, duplicate: 0, skipped: 0, bad: 0 }
  const backlog = createBacklog(mongo, queues)
  let docs: ActivityDoc[] = []
  let receivedAtMs = nowMs()
  const store = async () => {
    const outcomes = await (dryRun ? compareRevisions : storeRevisions)(mongo, docs)
    for (const outcome of outcomes) counts[outcome === 'accepted' ? 'accepted' : 'duplicate'] += 1
    const keys = docs.filter((_, at) => outcomes[at] === 'accepted').map((doc) => doc.key)
    if (!dryRun && keys.length > 0) await queues.score(org, [...new Set(keys)])
    docs = []
    onProgress({ ...counts })
  }
  for await (const { row, line, tooLong } of file.rows()) {
    if (stopped()) break
    if (counts.done % rowsPerStep === 0) {
      if (!dryRun) await backlog.polite()
      receivedAtMs = nowMs()
    }
    counts.done += 1
    const mapped: MappedRow = tooLong ? { result: 'bad', bad: tooLong } : mapRow(row, line, mapping)
    if (mapped.result === 'skip') counts.skipped += 1
    else if (mapped.result === 'bad') refuse(mapped.bad)
    else {
      const doc = parseActivity(mapped.input, 0, { org, sourceId, receivedAtMs })
      if (isRejection(doc)) refuse(rejectedRow(doc, row, line, mapping))
      else docs.push(doc)
    }
    if (counts.done % rowsPerStep === 0) await store()
  }
  await store()
  // The length was counted before the rows were read, and a record of nothing but quotes is none.
  if (!stopped()) counts.total = counts.done
  onProgress({ ...counts })
  return counts

  function refuse(bad: BadRow): void {
    counts.bad += 1
    if (counts.bad <= maxBadRows) onBad(bad)
  }
}

function rejectedRow({ code, path, message }: Rejection, row: ImportRow, line: number, mapping: ImportMapping): BadRow {
  const column = path.startsWith('person') ? (mapping.person?.column ?? '') : mapping.occurredAt.column
  return { line, column, value: (row[column] ?? '').slice(0, 200), code, message }
}
