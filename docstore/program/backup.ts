import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkFormat, fileOf, OpenError } from '../store/file.ts'
import { beside, checkCopy, nameCopy, refuseExisting } from './copy.ts'
import { print } from './die.ts'

const BUSY_MS = 5000

/** Opens the database of a folder, beside the server that may be running on it. */
export const openBeside = (dataDir: string): DatabaseSync => {
  const file = fileOf(dataDir)
  if (!existsSync(file)) throw new OpenError(`There is no database in ${dataDir}.`)
  const db = new DatabaseSync(file, { timeout: BUSY_MS })
  try {
    checkFormat(db, file)
    // the log belongs to the server
    db.exec('PRAGMA wal_autocheckpoint=0')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/**
 * Writes a consistent copy of a data folder's database to one file, while its server goes on or while there is none: all that
 * was committed when it began, nothing of what came later. The copy is compact, and looked through before it gets its name.
 * Throws OpenError; an existing file is not touched.
 */
export const backup = (dataDir: string, to: string): void => {
  const start = performance.now()
  refuseExisting(to)
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const bytes = beside(to, (part) => {
    const db = openBeside(dataDir)
    const previous = process.umask(0o177)
    try {
      db.prepare('VACUUM INTO ?').run(part)
    } catch (error) {
      throw new OpenError(`The backup to ${to} failed: ${(error as Error).message}.`)
    } finally {
      process.umask(previous)
      db.close()
    }
    checkCopy(part)
    return nameCopy(part, to)
  })
  print({ backup: to, bytes, ms: Math.round(performance.now() - start) })
}
