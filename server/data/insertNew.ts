import type { MongoBulkWriteError } from 'mongodb'

/** Runs an unordered insert; answers the indexes that were refused as duplicates, and throws on any other trouble. */
export async function insertNew(insert: () => Promise<unknown>): Promise<number[]> {
  try {
    await insert()
    return []
  } catch (error) {
    return duplicatesOf(error)
  }
}

/** Indexes that an unordered bulk write was refused as duplicates; throws when it failed in any other way as well. */
export function duplicatesOf(error: unknown): number[] {
  const { writeErrors, code } = error as MongoBulkWriteError
  const list = Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []
  if (code !== 11000 || list.length === 0 || list.some((one) => one.code !== 11000)) throw error
  return list.map((one) => one.index)
}
