import type { ImportBadRow, ImportOptions } from '#shared/contract/import.ts'
import type { BadRow } from '#shared/importing.ts'
import type { ChangeStores } from '../data/definitionChange.ts'
import { definitionsOf } from '../data/definitions.ts'
import { badRowsPerPage, beatImport, endImport, type ImportProgress, silentMs, writeBadRows } from '../data/imports.ts'
import { refusalOf } from '../http/problems.ts'
import type { Logger } from '../log.ts'
import type { CsvFile } from './csvRows.ts'
import { importActivities } from './importActivities.ts'
import type { ImportFiles } from './importFiles.ts'
import { importPeople, readPeople } from './importPeople.ts'

const beatMs = 500
const maxPeopleBadRows = 1000

/** What an import works with. */
export interface ImportRunParts extends ChangeStores {
  log: Logger
  /** Remembers when a source last sent something. */
  noteFreshness(org: string, sourceId: string, atMs: number): void
  /** Does the server stop? */
  stopping(): boolean
}

/** An import that has been noted and may run. */
export interface ImportOfFiles {
  id: string
  org: string
  files: ImportFiles
  options: ImportOptions
}

/** Reads the files in and says twice a second how far it is; ends by itself, also when it fails, and never throws. */
export async function runImport(parts: ImportRunParts, { id, org, files, options }: ImportOfFiles): Promise<void> {
  const { stores, queues, log } = parts
  const { mongo } = stores
  const { sourceId, mapping, dryRun } = options
  const progress: ImportProgress = {
    ...{ done: 0, total: files.file.total, accepted: 0, duplicate: 0, skipped: 0, bad: 0 },
    people: null,
    problem: null,
  }
  const bad = badRowPages((page, rows) => writeBadRows(mongo, { org, importId: id, page, rows }))
  let peopleBad = 0
  let mayGoOn = true
  let heardMs = performance.now()
  // A server that could not say that it is alive for so long is taken for dead, and another import may have begun.
  const stopped = () => !mayGoOn || parts.stopping() || performance.now() - heardMs > silentMs
  let beating: Promise<void> | null = null
  const beat = async () => {
    try {
      await bad.write()
      mayGoOn &&= await beatImport(mongo, id, progress)
      heardMs = performance.now()
    } catch (error) {
      log.warn({ error: (error as Error).message, importId: id }, 'an import could not say how far it is')
    }
    beating = null
  }
  const timer = setInterval(() => {
    beating ??= beat()
  }, beatMs)
  let phase: 'done' | 'cancelled' | 'failed' | 'interrupted' = 'done'
  try {
    if (files.people) await takePeople(files.people)
    const counts = stopped()
      ? null
      : await importActivities({ mongo }, queues, {
          ...{ org, sourceId, file: files.file, mapping, dryRun, stopped, nowMs: Date.now },
          onBad: (row) => bad.add({ file: 'activities', ...row }),
          onProgress(now) {
            Object.assign(progress, now, { bad: now.bad + peopleBad })
            if (!dryRun && now.accepted > 0) parts.noteFreshness(org, sourceId, Date.now())
          },
        })
    if (stopped() && (counts === null || counts.done < counts.total)) phase = mayGoOn ? 'interrupted' : 'cancelled'
  } catch (error) {
    const { status, code, message } = refusalOf(error)
    if (status >= 500) log.error({ error: (error as Error).stack, importId: id }, 'an import failed')
    progress.problem = { code, message }
    phase = 'failed'
  } finally {
    clearInterval(timer)
    await beating
  }
  try {
    await bad.write()
    await endImport(mongo, id, phase, progress)
  } catch (error) {
    log.error({ error: (error as Error).message, importId: id }, 'the end of an import could not be noted')
  }

  async function takePeople(file: CsvFile): Promise<void> {
    if (!options.people) return
    const companyName = (await definitionsOf(mongo, org))?.organization.name ?? ''
    const imported = await readPeople(file, options.people, companyName)
    for (const row of imported.bad.slice(0, maxPeopleBadRows)) bad.add({ file: 'people', ...row })
    peopleBad = imported.bad.length
    progress.bad = peopleBad
    if (stopped()) return
    progress.people = dryRun
      ? { teams: imported.teams.length, people: imported.people.length, moved: 0 }
      : await importPeople({ stores, queues }, { org, sourceId, imported, nowMs: Date.now() })
  }
}

/** Bad rows in pages; the last page is written again while it grows. */
function badRowPages(write: (page: number, rows: ImportBadRow[]) => Promise<void>): {
  add(row: BadRow & Pick<ImportBadRow, 'file'>): void
  write(): Promise<void>
} {
  const rows: ImportBadRow[] = []
  let written = 0
  return {
    add: (row) => void rows.push(row),
    async write() {
      while (written < rows.length) {
        const page = Math.floor(written / badRowsPerPage)
        const until = Math.min(rows.length, (page + 1) * badRowsPerPage)
        await write(page, rows.slice(page * badRowsPerPage, until))
        written = until
      }
    },
  }
}
