import type { ImportOptions } from '#shared/contract/import.ts'
import { beginImport, importIsRunning } from '../data/imports.ts'
import { Refusal } from '../http/problems.ts'
import type { ImportFiles } from './importFiles.ts'
import { type ImportRunParts, runImport } from './importRun.ts'
import { createSlots, type Slots } from './slots.ts'

/** Files that this process holds in memory at a time, at most 55 MB each and as much again while they are read. */
const mostFiles = 3

/** The imports of this process. */
export interface Imports extends Slots {
  /** Throws when the organization has an import that is running. */
  checkIdle(org: string): Promise<void>
  /** Notes an import and begins it; answers its id. `leave` runs at its end, whatever that is. */
  start(what: { org: string; files: ImportFiles; options: ImportOptions; leave: () => void }): Promise<string>
  /** Stops what runs, and notes it as interrupted. */
  close(): Promise<void>
}

/** Imports run in the background of the server that took the file, one of each organization at a time. */
export function createImports(parts: Omit<ImportRunParts, 'stopping'>): Imports {
  const running = new Set<Promise<void>>()
  let isStopping = false
  const { stores } = parts
  return {
    ...createSlots(mostFiles),
    async checkIdle(org) {
      if (await importIsRunning(stores.mongo, org, Date.now())) throw isRunning()
    },
    async start({ org, files, options, leave }) {
      const { sourceId, dryRun } = options
      const about = { org, sourceId, dryRun, fileName: files.fileName, total: files.file.total }
      const id = await beginImport(stores, { ...about, nowMs: Date.now() })
      if (id === null) throw isRunning()
      const run = runImport({ ...parts, stopping: () => isStopping }, { id, org, files, options }).finally(() => {
        running.delete(run)
        leave()
      })
      running.add(run)
      return id
    },
    async close() {
      isStopping = true
      await Promise.all(running)
    },
  }
}

function isRunning(): Refusal {
  return new Refusal(409, 'import.running', 'An import is running; wait for its end, or stop it', { retryAfterS: 5 })
}
