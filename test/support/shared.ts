import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** A file beside the repository that a user does not have; tests that need it skip, and their title says why. */
export function besideRepository(path: string): string | null {
  const file = resolve(import.meta.dirname, '../../../shared', path)
  return existsSync(file) ? file : null
}
