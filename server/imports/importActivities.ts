import { type BadRow, type ImportMapping, mapRow } from '#shared/importing.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import type { ActivityDoc } from '../data/documents.ts'
import type { Queues } from '../data/queues.ts'
import type { Stores } from '../data/stores.ts'
import type { CsvFile } from './csvRows.ts'
import { storeRevisions } from './storeRevisions.ts'

const rowsPerStep = 500
/** Bad rows that are kept for the list to download. */
export const maxBadRows = 10_000

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
  file: CsvFile
  mapping: ImportMapping
  /** Reads and checks, and writes nothing: `accepted` is then what would be stored at most. */
  dryRun: boolean
  nowMs: number
  onProgress(counts: ImportCounts): Promise<void>
  /** Asked between steps; what is stored by then stays, and importing again goes on. */
  stopped(): boolean
}

/** Takes the rows of a file in, a few hundred at a time. The same file again changes nothing. */
export async function importActivities(
  { mongo }: Pick<Stores, 'mongo'>,
  queues: Pick<Queues, 'score'>,
  { org, sourceId, file, mapping, dryRun, nowMs, onProgress, stopped }: ImportOfActivities,
): Promise<{ counts: ImportCounts; badRows: BadRow[] }> {
  const counts: ImportCounts = { done: 0, total: file.rows.length, accepted: 0, duplicate: 0, skipped: 0, bad: 0 }
  const badRows: BadRow[] = []
  for (let from = 0; from < file.rows.length && !stopped(); from += rowsPerStep) {
    const docs: ActivityDoc[] = []
    for (const [offset, row] of file.rows.slice(from, from + rowsPerStep).entries()) {
      const line = file.lines[from + offset] ?? from + offset + 2
      const mapped = mapRow(row, line, mapping)
      if (mapped.result === 'skip') counts.skipped += 1
      else {
        const doc =
          mapped.result === 'bad' ? mapped : parseActivity(mapped.input, 0, { org, sourceId, receivedAtMs: nowMs })
        if ('result' in doc || isRejection(doc)) {
          counts.bad += 1
          const bad =
            'result' in doc
              ? doc.bad
              : {
                  line,
                  column: mapping.occurredAt.column,
                  value: row[mapping.occurredAt.column] ?? '',
                  code: doc.code,
                  message: doc.message,
                }
          if (badRows.length < maxBadRows) badRows.push(bad)
        } else docs.push(doc)
      }
    }
    const outcomes = dryRun ? docs.map(() => 'accepted') : await storeRevisions(mongo, docs)
    for (const outcome of outcomes) counts[outcome === 'accepted' ? 'accepted' : 'duplicate'] += 1
    counts.done = Math.min(counts.total, from + rowsPerStep)
    const keys = docs.filter((_, at) => outcomes[at] === 'accepted').map((doc) => doc.key)
    if (!dryRun && keys.length > 0) await queues.score(org, [...new Set(keys)])
    await onProgress({ ...counts })
  }
  return { counts, badRows }
}
