import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkFormat, OpenError, syncFolder } from '../store/file.ts'

/** Throws OpenError if something is there already: no command of this program overwrites a file. */
export const refuseExisting = (file: string): void => {
  if (existsSync(file)) throw new OpenError(`${file} exists already; choose another name or remove it.`)
}

/** Looks through a whole database file that nobody uses. Throws OpenError for one that is not docstore's, or is damaged. */
export const checkCopy = (file: string): void => {
  const db = new DatabaseSync(file)
  try {
    checkFormat(db, file)
    const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('collections', 'indexes')").get()
    if (Number(tables?.n) !== 2) throw new OpenError(`${file} is not a file of docstore.`)
    const said = String(db.prepare('PRAGMA integrity_check').get()?.integrity_check)
    if (said !== 'ok') throw new OpenError(`${file} is damaged: ${said}.`)
  } catch (error) {
    if (error instanceof OpenError) throw error
    throw new OpenError(`${file} is not a file of docstore: ${(error as Error).message}.`)
  } finally {
    db.close()
  }
}

/** Gives a finished copy its name, on disk for certain, for its owner alone; never over another file. Returns its bytes. */
export const nameCopy = (part: string, file: string): number => {
  chmodSync(part, 0o600)
  const fd = openSync(part, 'r')
  fsyncSync(fd)
  closeSync(fd)
  try {
    linkSync(part, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') refuseExisting(file)
    throw error
  }
  rmSync(part)
  syncFolder(dirname(file))
  return statSync(file).size
}

/** Runs `work` with the name of a file beside `file`, which is removed if the work fails. */
export const beside = <R>(file: string, work: (part: string) => R): R => {
  const part = `${file}.${process.pid}.part`
  try {
    return work(part)
  } catch (error) {
    for (const name of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) rmSync(name, { force: true })
    throw error
  }
}
