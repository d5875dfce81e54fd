import { toBson, toJs } from '../bson/js.ts'
import { docValue, entriesOf, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import type { Call } from '../command.ts'
import { CommandError } from '../errors.ts'
import { extractKeys } from '../keys/extract.ts'
import { pathOf } from '../keys/path.ts'
import type { Plan, Wish } from '../plan/choose.ts'
import type { Projection } from '../project/pick.ts'
import type { Row } from '../store/collection.ts'
import { valuesAt } from '../store/duplicate.ts'
import type { Index } from '../store/index.ts'

/** After every key of an index: no key begins with this byte. */
const END = Buffer.from([0xff])

const keyAt = (index: Index, bound: Value): Buffer => {
  const fields = entriesOf(bound)
  if (fields.map(([path]) => path).join() !== Object.keys(index.spec.key).join())
    throw new CommandError(51174, `The index chosen is not compatible with min/max: ${JSON.stringify(index.spec.key)}`)
  const w = new Writer()
  const mark = w.open()
  for (const [i, [, v]] of fields.entries()) w.value(String(i), v)
  w.close(mark)
  const plain = index.fields.map((field, i) => ({ ...field, path: pathOf(String(i)) }))
  return extractKeys(w.done(), plain, index.labels?.labelFor).keys[0] as Buffer
}

/** The plan of a find with `min` or `max`: the keys from one up to, and without, the other. Undefined without them. */
export const boundedPlan = ({ args }: Call, wish: Wish): Plan | undefined => {
  const min = args.doc('min')
  const max = args.doc('max')
  if (!min && !max) return undefined
  const { only: index } = wish
  if (index === undefined || typeof index === 'string')
    throw new CommandError(51173, 'When using min()/max() a hint of which index to use must be provided')
  const low = min ? keyAt(index, min) : Buffer.alloc(0)
  const high = max ? keyAt(index, max) : END
  if (low.compare(high) >= 0)
    throw new CommandError(51175, 'The value provided for the max() field must be greater than the one for min()')
  const sorted = wish.sort.length === 0
  return {
    kind: 'index',
    index,
    intervals: [{ low, high, point: false }],
    exact: false,
    sorted,
    reverse: false,
    score: 1,
  }
}

const keyDoc = (index: Index, doc: Buffer): Buffer => {
  const w = new Writer()
  const mark = w.open()
  for (const { path } of index.fields) {
    const [v] = valuesAt(docValue(doc), path, 0)
    if (v) w.value(path.text, v)
  }
  w.close(mark)
  return w.done()
}

const EMPTY = toBson({})

const withRecordId = (doc: Buffer, rid: number): Buffer => {
  const w = new Writer(doc.length + 32)
  w.raw(doc, 0, doc.length - 1)
  w.fieldInt64('$recordId', BigInt(rid))
  w.close(0)
  return w.done()
}

/** What of a row a find gives: its document as projected, or its index key, and its record number beside it. */
export const shownOf = ({ args }: Call, plan: Plan, project: Projection): ((row: Row) => Buffer) => {
  const key = args.bool('returnKey') ?? false
  const id = args.bool('showRecordId') ?? false
  const index = plan.kind === 'index' ? plan.index : undefined
  return ({ rid, doc }) => {
    const shown = key ? (index ? keyDoc(index, doc) : EMPTY) : project(doc)
    return id ? withRecordId(shown, rid) : shown
  }
}

/** Throws 168 for what cannot be asked of a view, which is an aggregation. */
export const checkViewOptions = ({ args }: Call): void => {
  for (const option of ['min', 'max'])
    if (args.doc(option)) throw new CommandError(168, `Option ${option} not supported in aggregation.`)
  for (const option of ['returnKey', 'showRecordId', 'tailable'])
    if (args.bool(option)) throw new CommandError(168, `Option ${option} not supported in aggregation.`)
}

/** Throws for options that do not go together. */
export const checkFindOptions = ({ args }: Call): void => {
  const tailable = args.bool('tailable') ?? false
  if (args.bool('awaitData') && !tailable)
    throw new CommandError(9, "Cannot set 'awaitData' without also setting 'tailable'")
  if (args.bool('oplogReplay')) args.bool('noCursorTimeout')
  if (!tailable) return
  const sort = args.doc('sort')
  if (sort && JSON.stringify(toJs(sort)) !== '{"$natural":1}' && entriesOf(sort).length)
    throw new CommandError(2, 'cannot use tailable option with a sort other than {$natural: 1}')
  if (args.bool('singleBatch')) throw new CommandError(2, 'cannot use tailable option with the singleBatch option')
}
