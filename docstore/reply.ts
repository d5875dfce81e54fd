import type { Document, Timestamp } from 'bson'
import { Double } from 'bson'
import { toBson, toJs } from './bson/js.ts'
import * as T from './bson/types.ts'
import { bytesOf, findField, type Value } from './bson/value.ts'
import { indexName, Writer } from './bson/writer.ts'
import type { Results } from './cursors.ts'
import { CommandError, codeName } from './errors.ts'

const OK = new Double(1)

const isInt32 = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)

/** Most replies of writes are a few counts: they need no general serializer. */
const countsReply = (counts: [string, number][]): Buffer => {
  const w = new Writer(256)
  const root = w.open()
  for (const [name, n] of counts) w.fieldInt32(name, n)
  w.fieldDouble('ok', 1)
  w.close(root)
  return w.done()
}

/** A reply made from a JavaScript object, with `ok: 1`. */
export const okReply = (doc: Document = {}): Buffer => {
  const entries = Object.entries(doc)
  if (entries.every(([name, value]) => isInt32(value) && name !== 'ok')) return countsReply(entries)
  return toBson({ ...doc, ok: OK })
}

/** What a failed command answers. */
export const errorReply = (error: CommandError, labels: readonly string[] = error.labels): Buffer =>
  toBson({
    ok: new Double(0),
    errmsg: error.message,
    code: error.code,
    codeName: codeName(error.code),
    ...error.extra,
    ...(labels.length ? { errorLabels: labels } : {}),
  })

/** An element of `writeErrors`. */
export const writeError = (index: number, error: CommandError): Document => ({
  index,
  code: error.code,
  errmsg: error.message,
  ...error.extra,
})

/** A reply with more fields at its end. */
export const withFields = (reply: Buffer, more: Document): Buffer => {
  const extra = toBson(more)
  const out = Buffer.concat([reply.subarray(0, -1), extra.subarray(4)])
  out.writeInt32LE(out.length, 0)
  return out
}

const CURSOR = Buffer.from('cursor')

/** A reply of a snapshot read with the time it read at: inside of `cursor`, or beside the values of a distinct. */
export const withClusterTime = (reply: Buffer, atClusterTime: Timestamp): Buffer => {
  const cursor = findField(reply, 0, CURSOR)
  if (!cursor) return withFields(reply, { atClusterTime })
  const w = new Writer(reply.length + 32)
  const root = w.open()
  w.fieldDoc('cursor', withFields(bytesOf(cursor), { atClusterTime }))
  w.fieldDouble('ok', 1)
  w.close(root)
  return w.done()
}

/** A reply that tells that the write concern was not met; its labels go by the error's code. */
export const withWriteConcernError = (reply: Buffer, error: Value, labelsOf: (code: number) => string[]): Buffer => {
  const writeConcernError = toJs(error)
  const labels = labelsOf(Number(writeConcernError.code))
  writeConcernError.codeName ??= codeName(Number(writeConcernError.code))
  return withFields(reply, { writeConcernError, ...(labels.length ? { errorLabels: labels } : {}) })
}

const MAX_BATCH_BYTES = 16 * 1024 * 1024
/** The most a document may have that leaves the server: what is stored, and what is put around it. */
const MAX_DOC_BYTES = MAX_BATCH_BYTES + 16 * 1024

/** Replies are put together here: making one while another is made does not happen. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024)

const cursorDoc = (
  ns: string,
  field: 'firstBatch' | 'nextBatch',
  results: Results,
  size: number,
  open: () => bigint,
  more: Document = {},
): Buffer => {
  const w = new Writer(SCRATCH.length, SCRATCH)
  const root = w.open()
  w.name(T.OBJECT, 'cursor')
  const cursor = w.open()
  w.name(T.ARRAY, field)
  const batch = w.open()
  for (let i = 0; i < size; i++) {
    const doc = results.peek()
    if (doc && doc.length > MAX_DOC_BYTES)
      throw new CommandError(
        10334,
        `BSONObj size: ${doc.length} is invalid. Size must be between 0 and ${MAX_DOC_BYTES}(16MB)`,
      )
    if (!doc || (i > 0 && w.at + doc.length > MAX_BATCH_BYTES)) break
    w.fieldDoc(indexName(i), doc)
    results.take()
  }
  w.close(batch)
  w.fieldInt64('id', results.peek() || results.tail ? open() : 0n)
  w.fieldString('ns', ns)
  w.close(cursor)
  for (const [name, n] of Object.entries(more)) w.fieldInt32(name, Number(n))
  w.fieldDouble('ok', 1)
  w.close(root)
  return w.done()
}

/** Fills one batch from results, at most `size` documents and 16 MB, and says whether anything is left. */
export const cursorReply = (
  ns: string,
  field: 'firstBatch' | 'nextBatch',
  results: Results,
  size: number,
  open: () => bigint,
): Buffer => cursorDoc(ns, field, results, size, open)

/** A first batch with counts beside it. */
export const bulkReply = (
  ns: string,
  results: Results,
  size: number,
  open: () => bigint,
  counts: Readonly<Record<string, number>>,
): Buffer => cursorDoc(ns, 'firstBatch', results, size, open, counts)
