import { constants, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { fileOf, OpenError } from '../store/file.ts'
import { lockFolder } from '../store/lock.ts'
import { beside, checkCopy, nameCopy, refuseExisting } from './copy.ts'
import { print } from './die.ts'

/** Makes a data folder out of a backup. Throws OpenError; a folder that has a database is not touched. */
export const restore = (from: string, dataDir: string): void => {
  if (!existsSync(from)) throw new OpenError(`There is no backup at ${from}.`)
  const file = fileOf(dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(dataDir)
  if (!unlock)
    throw new OpenError(`The data folder ${dataDir} is in use by another docstore process; stop that one first.`)
  try {
    // a log without its database would be played into the restored one
    for (const name of [file, `${file}-wal`, `${file}-journal`]) refuseExisting(name)
    const bytes = beside(file, (part) => {
      copyFileSync(from, part, constants.COPYFILE_EXCL)
      checkCopy(part)
      return nameCopy(part, file)
    })
    print({ restored: dataDir, bytes })
  } finally {
    unlock()
  }
}
