import type { Connection, Model } from 'mongoose'
import type { ImportBadRow, ImportPhase, ImportProfile, ImportSummary } from '#shared/contract/import.ts'
import { collection, Mixed } from './schema.ts'

/** An import of a file: how far, and what became of its rows. */
export interface ImportDoc
  extends Omit<ImportSummary, 'id' | 'phase' | 'startedAtMs' | 'endedAtMs'>,
    Record<'startedAt' | 'beatAt', Date> {
  _id: string
  org: string
  phase: ImportPhase
  /** `beatAt`: when the server that reads it last said so. */
  endedAt: Date | null
  /** Somebody wants it to stop; the server that reads it looks twice a second. */
  cancelAsked: boolean
}

/** A page of the rows that an import could not take. */
export interface ImportBadRowsDoc {
  /** `<import>.<page>`. */
  _id: string
  org: string
  importId: string
  page: number
  rows: ImportBadRow[]
}

/** A mapping kept under a name, for the files of a source. */
export interface ImportProfileDoc extends Omit<ImportProfile, 'id'> {
  _id: string
  org: string
  sourceId: string
  savedAt: Date
}

export interface ImportCollections {
  imports: Model<ImportDoc>
  importBadRows: Model<ImportBadRowsDoc>
  importProfiles: Model<ImportProfileDoc>
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const instant = { type: Date, required: true }
const flag = { type: Boolean, required: true }
const maybe = (type: unknown) => ({ type, default: null })

/** What imports of files leave behind, besides the activities. */
export function importCollections(connection: Connection): ImportCollections {
  return {
    imports: collection<ImportDoc>(
      connection,
      'imports',
      {
        org: text,
        sourceId: text,
        fileName: text,
        dryRun: flag,
        phase: text,
        startedAt: instant,
        beatAt: instant,
        endedAt: maybe(Date),
        cancelAsked: flag,
        done: number,
        total: number,
        accepted: number,
        duplicate: number,
        skipped: number,
        bad: number,
        people: maybe(Mixed),
        problem: maybe(Mixed),
      },
      [[{ org: 1, startedAt: -1 }]],
    ),
    importBadRows: collection<ImportBadRowsDoc>(
      connection,
      'importBadRows',
      { org: text, importId: text, page: number, rows: Mixed },
      [[{ importId: 1, page: 1 }]],
    ),
    importProfiles: collection<ImportProfileDoc>(
      connection,
      'importProfiles',
      { org: text, sourceId: text, name: text, mapping: Mixed, people: maybe(Mixed), savedAt: instant },
      [[{ org: 1, sourceId: 1, name: 1 }, { unique: true }]],
    ),
  }
}
