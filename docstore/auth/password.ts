import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpenError } from '../store/file.ts'

/** The only user there is. */
export const USER = 'docstore'

/** Where the password of a data folder is. */
export const passwordFile = (dataDir: string): string => join(dataDir, 'docstore.password')

/** The password of a data folder: made at random when TCP is first asked for, in a file only its owner can read. */
export const passwordOf = (dataDir: string): string => {
  const file = passwordFile(dataDir)
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(file, 0o600)
  const password = readFileSync(file, 'utf8').trim()
  if (!/^[\x21-\x7e]{16,}$/.test(password))
    throw new OpenError(
      `${file} must hold one password of at least 16 printable characters; remove it to have one made.`,
    )
  return password
}
