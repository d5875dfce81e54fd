import { CommandError } from '../errors.ts'

/** What a stage may hold when it must not use the disk, in bytes: MongoDB's documented limit. */
const WITHOUT_DISK = 100 * 1024 * 1024
/** docstore has no spill files: where the disk is allowed, this much memory stands in for it. */
const WITH_DISK = 512 * 1024 * 1024

let limit = WITH_DISK

/** Sets whether the command that runs now said that stages may use the disk. */
export const allowDiskUse = (allowed: boolean): void => {
  limit = allowed ? WITH_DISK : WITHOUT_DISK
}

/** Throws 292 when a stage holds too much. */
export const checkBytes = (what: string, bytes: number): void => {
  if (bytes <= limit) return
  throw new CommandError(
    292,
    `${what} exceeded memory limit of ${limit} bytes, but did not opt in to external sorting. Aborting operation. Pass allowDiskUse:true to opt in.`,
  )
}

/** Counts the bytes a stage holds. The function throws 292 when they are too many. */
export const countBytes = (what: string): ((bytes: number) => void) => {
  let total = 0
  return (bytes) => {
    total += bytes
    checkBytes(what, total)
  }
}
