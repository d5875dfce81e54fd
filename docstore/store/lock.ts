import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a data folder for this process; gives back how to let go, undefined if another process has it. The lock is SQLite's own,
 * on an empty file beside the database: the system drops it with the process, however that ends.
 */
export const lockFolder = (dataDir: string): (() => void) | undefined => {
  const lock = new DatabaseSync(join(dataDir, 'docstore.lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (/locked|busy/i.test(String(error))) return undefined
    throw error
  }
  return () => lock.close()
}
