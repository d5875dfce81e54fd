import * as T from './bson/types.ts'
import { Fields, findField } from './bson/value.ts'
import type { Request } from './wire.ts'

/** Codes after which a client may send a retryable write once more, as the retryable writes specification lists them. */
const RETRYABLE = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436])
/** Codes that end a transaction but not the attempt: LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction and the like. */
const TRANSIENT = new Set([24, 112, 246, 251, 267])

const TXN_NUMBER = Buffer.from('txnNumber')
const AUTOCOMMIT = Buffer.from('autocommit')

/** The error labels MongoDB puts beside an error of this code, given what the command carried. */
export const labelsOf = (code: number, { body }: Request): string[] => {
  if (!findField(body.buf, body.start, TXN_NUMBER)) return []
  const first = new Fields(body.buf, body.start)
  const ends = first.next() && /^(commit|abort)Transaction$/.test(first.name)
  const inTransaction = findField(body.buf, body.start, AUTOCOMMIT)?.type === T.BOOL
  const labels: string[] = []
  if (inTransaction && (TRANSIENT.has(code) || (!ends && RETRYABLE.has(code)))) labels.push('TransientTransactionError')
  if ((!inTransaction || ends) && RETRYABLE.has(code)) labels.push('RetryableWriteError')
  return labels
}

/** The labels beside a write concern error: the write was done, so a transaction never starts again for it. */
export const concernLabelsOf = (code: number, request: Request): string[] =>
  labelsOf(code, request).filter((label) => label === 'RetryableWriteError')
