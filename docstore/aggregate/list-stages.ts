import * as T from '../bson/types.ts'
import { docValue, entriesOf, Fields, findField, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import type { Collation } from '../collation/collation.ts'
import { CommandError } from '../errors.ts'
import { int64, intOrLong, type Maybe, NULL_VALUE, object } from '../expression/make.ts'
import { isNullish, isTrue, typeOf } from '../expression/operator.ts'
import { pathNames } from '../expression/path.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import { parseFilter } from '../filter/parse.ts'
import { readWhole } from '../filter/whole-number.ts'
import { checkDeadline } from '../plan/deadline.ts'
import { parseSort, sortRows } from '../plan/sort.ts'
import type { SortField } from '../plan/sort-field.ts'
import type { Context, Stage } from './context.ts'
import { watched } from './row.ts'

export const match = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT) throw new CommandError(15959, 'the match filter must be an expression in an object')
  return matching(parseFilter(v, { scope, collation: scope.collation }))
}

/** A stage that keeps what satisfies a condition. */
export const matching = (node: Node): Stage => ({
  name: '$match',
  match: node,
  rematch: matching,
  *run(rows) {
    for (const row of watched(rows, checkDeadline)) if (matches(node, docValue(row))) yield row
  },
})

export const sort = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT) throw new CommandError(15973, 'the $sort key specification must be an object')
  const fields = parseSort(v)
  if (fields.length === 0) throw new CommandError(15976, '$sort stage must have at least one sort key')
  return sorting(fields, scope.collation, 0)
}

const sorting = (fields: readonly SortField[], collation: Collation | undefined, most: number): Stage => ({
  name: '$sort',
  sort: fields,
  first: (wanted) => sorting(fields, collation, wanted),
  changes: new Set(),
  *run(rows) {
    const docs = (function* () {
      for (const doc of watched(rows, checkDeadline)) yield { doc }
    })()
    for (const { doc } of sortRows(docs, { sort: fields, limit: most, collation })) yield doc
  },
})

export const limit = (v: Value): Stage => {
  const n = readWhole('$limit', v)
  if (typeof n === 'string') throw new CommandError(5107201, `invalid argument to $limit stage: ${n}`)
  if (n === 0) throw new CommandError(15958, 'the limit must be positive')
  return {
    name: '$limit',
    limit: n,
    *run(rows) {
      let at = 0
      for (const row of rows) {
        yield row
        if (++at >= n) return
      }
    },
  }
}

export const skip = (v: Value): Stage => {
  const n = readWhole('$skip', v)
  if (typeof n === 'string') throw new CommandError(5107200, `invalid argument to $skip stage: ${n}`)
  return {
    name: '$skip',
    skip: n,
    *run(rows) {
      let at = 0
      for (const row of rows) if (at++ >= n) yield row
    },
  }
}

interface Unwind {
  readonly names: readonly string[]
  readonly keep: boolean
  readonly index: string | undefined
}

const readUnwind = (v: Value): Unwind => {
  const whole = (path: Value | undefined): string[] => {
    if (!path) throw new CommandError(28812, 'no path specified to $unwind stage')
    if (path.type !== T.STRING)
      throw new CommandError(28808, `expected a string as the path for $unwind stage, got ${typeOf(path)}`)
    const source = stringOf(path)
    if (!source.startsWith('$'))
      throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${source}`)
    return pathNames(source.slice(1))
  }
  if (v.type === T.STRING) return { names: whole(v), keep: false, index: undefined }
  if (v.type !== T.OBJECT)
    throw new CommandError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeOf(v)}`,
    )
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'].includes(key))
      throw new CommandError(28811, `unrecognized option to $unwind stage: ${key}`)
  const keep = given.get('preserveNullAndEmptyArrays')
  if (keep && keep.type !== T.BOOL)
    throw new CommandError(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeOf(keep)}`,
    )
  const index = given.get('includeArrayIndex')
  if (index && (index.type !== T.STRING || stringOf(index) === ''))
    throw new CommandError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${typeOf(index)}`,
    )
  if (index && stringOf(index).startsWith('$'))
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${stringOf(index)}`,
    )
  return { names: whole(given.get('path')), keep: isTrue(keep), index: index && stringOf(index) }
}

/** The document with a value at a path of names, documents made on the way; missing takes the field away. */
export const setAt = (doc: Value | undefined, names: readonly string[], v: Maybe): Buffer => {
  const [name = '', ...rest] = names
  const w = new Writer((doc ? doc.end - doc.start : 0) + 64)
  const mark = w.open()
  const inner = (old: Value | undefined): Maybe => {
    if (rest.length === 0) return v
    const under = old?.type === T.OBJECT ? old : undefined
    return docValue(setAt(under, rest, v))
  }
  const fields = doc && new Fields(doc.buf, doc.start)
  let done = false
  while (fields?.next()) {
    const here = fields.name === name
    const next = here ? inner(fields.value) : fields.value
    if (here) done = true
    if (next) w.value(fields.name, next)
  }
  const fresh = done ? undefined : inner(undefined)
  if (fresh) w.value(name, fresh)
  w.close(mark)
  return w.done()
}

const at = (doc: Buffer, names: readonly Buffer[]): Maybe => {
  let v: Maybe = docValue(doc)
  for (const name of names) v = v?.type === T.OBJECT ? findField(v.buf, v.start, name) : undefined
  return v
}

export const unwind = (spec: Value): Stage => {
  const { names, keep, index } = readUnwind(spec)
  const path = names.map((name) => Buffer.from(name))
  const indexNames = index ? pathNames(index) : []
  const numbered = (doc: Buffer, n: Maybe): Buffer => (index ? setAt(docValue(doc), indexNames, n) : doc)
  return {
    name: '$unwind',
    changes: new Set([names[0] as string, ...indexNames.slice(0, 1)]),
    *run(rows) {
      for (const row of watched(rows, checkDeadline)) {
        const v = at(row, path)
        if (v?.type !== T.ARRAY) {
          if (keep || !isNullish(v)) yield numbered(row, NULL_VALUE)
          continue
        }
        const items = itemsOf(v)
        const doc = docValue(row)
        if (items.length === 0 && keep) yield numbered(setAt(doc, names, undefined), NULL_VALUE)
        for (const [i, item] of items.entries()) yield numbered(setAt(doc, names, item), int64(BigInt(i)))
      }
    },
  }
}

export const sample = (v: Value): Stage => {
  if (v.type !== T.OBJECT) throw new CommandError(28745, 'the $sample stage specification must be an object')
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (key !== 'size') throw new CommandError(28748, `unrecognized option to $sample: ${key}`)
  const size = given.get('size')
  if (!size) throw new CommandError(28749, '$sample stage must specify a size')
  if (!T.isNumeric(size.type)) throw new CommandError(28746, 'size argument to $sample must be a number')
  const n = Math.trunc(readNumber(size))
  if (!(n > 0)) throw new CommandError(28747, 'size argument to $sample must be a positive integer')
  return {
    name: '$sample',
    *run(rows) {
      const held: { at: number; row: Buffer }[] = []
      for (const row of watched(rows, checkDeadline)) held.push({ at: dice(), row })
      held.sort((a, b) => a.at - b.at)
      for (const { row } of held.slice(0, n)) yield row
    },
  }
}

const dice = (): number => crypto.getRandomValues(new Uint32Array(1))[0] as number

/** A count of all documents as one, none for nothing. */
export const count = (v: Value): Stage => {
  if (v.type !== T.STRING)
    throw new CommandError(40156, `the count field must be a non-empty string, but got ${typeOf(v)}`)
  const field = stringOf(v)
  if (field === '') throw new CommandError(40157, 'the count field must be a non-empty string')
  if (field.startsWith('$')) throw new CommandError(40158, 'the count field cannot be a $-prefixed path')
  if (field.includes('\0')) throw new CommandError(40159, 'the count field cannot contain a null byte')
  if (field.includes('.')) throw new CommandError(40160, "the count field cannot contain '.'")
  if (field === '_id') throw new CommandError(9039800, "the count field cannot be '_id'")
  return {
    name: '$count',
    count: { field, id: undefined },
    *run(rows) {
      let n = 0
      for (const _row of watched(rows, checkDeadline)) n++
      if (n > 0) yield countDoc(field, n, undefined)
    },
  }
}

/** The document of a count. */
export const countDoc = (field: string, n: number, id: Buffer | undefined): Buffer => {
  const { buf } = object([[field, intOrLong(n)]])
  if (!id) return buf
  const w = new Writer(128)
  const mark = w.open()
  w.value('_id', findField(id, 0, Buffer.from('_id')) as Value)
  for (const [name, v] of entriesOf(docValue(buf))) w.value(name, v)
  w.close(mark)
  return w.done()
}
