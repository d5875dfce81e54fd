import * as T from '../bson/types.ts'
import { docValue, entriesOf, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import type { Maybe } from '../expression/make.ts'

/** Steps between looks at the clock. */
const EVERY = 255

/** Calls `check` for each 256th row that passes. */
export function* watched<R>(rows: Iterable<R>, check: () => void): Generator<R> {
  let n = 0
  for (const row of rows) {
    if ((n++ & EVERY) === 0) check()
    yield row
  }
}

/** The document with a top-level field set, in its place if it is there; missing takes it away. */
export const withField = (doc: Buffer, name: string, v: Maybe): Buffer => {
  const w = new Writer(doc.length + 64)
  const mark = w.open()
  let done = false
  for (const [key, own] of entriesOf(docValue(doc))) {
    if (key !== name) w.value(key, own)
    else if (v) {
      w.value(name, v)
      done = true
    }
  }
  if (v && !done) w.value(name, v)
  w.close(mark)
  return w.done()
}

/** A stage's argument that must be a document. */
export const specOf = (v: Value, code: number, message: string): [string, Value][] => {
  if (v.type !== T.OBJECT) throw new CommandError(code, message)
  return entriesOf(v)
}
