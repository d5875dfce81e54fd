import { CommandError } from '../errors.ts'

const DISK_FULL = 13
/** the shared memory file beside the log could not grow */
const NO_SHARED_MEMORY = 4874

/** An error of SQLite or of the disk below it. */
export const isFileError = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'ERR_SQLITE_ERROR'

/** What a client is told of a command that failed for a reason of the file, or of ours. */
export const asCommandError = (error: unknown): CommandError => {
  if (error instanceof CommandError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (!isFileError(error)) return new CommandError(1, `internal error: ${message}`)
  const { errcode } = error as { errcode?: number }
  const full = errcode === DISK_FULL || errcode === NO_SHARED_MEMORY
  return new CommandError(
    full ? 14031 : 96,
    full ? 'the disk is full: nothing of this command was stored' : `the database file failed: ${message}`,
  )
}
