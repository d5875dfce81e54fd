import * as T from '../bson/types.ts'
import { docValue, entriesOf, findField, itemsOf, sameBytes, stringOf, type Value } from '../bson/value.ts'
import { findRows } from '../commands/rows.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { bind } from '../expression/logic.ts'
import { NULL_VALUE, object } from '../expression/make.ts'
import { isNullish, typeOf } from '../expression/operator.ts'
import { parseExpression, parseJs } from '../expression/parse.ts'
import { pathNames, valueAt } from '../expression/path.ts'
import { type Expr, ROOT, withNames } from '../expression/scope.ts'
import type { Node } from '../filter/node.ts'
import { eqTest } from '../filter/tests.ts'
import { pathOf } from '../keys/path.ts'
import type { Collection } from '../store/collection.ts'
import { newDoc } from '../store/new-doc.ts'
import { validatorOf } from '../store/validator.ts'
import type { Context, Stage } from './context.ts'
import { runOver } from './run.ts'
import { parseUpdateStages } from './update-stages.ts'

interface Place {
  readonly db: string
  readonly coll: string
}

const placeOf = (v: Value, { db }: Context, name: string, code: number): Place => {
  if (v.type === T.STRING) return { db, coll: stringOf(v) }
  if (v.type !== T.OBJECT)
    throw new CommandError(code, `${name} only supports a string or object argument, but found ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (key !== 'db' && key !== 'coll')
      throw new CommandError(40415, `BSON field '${name}.${key}' is an unknown field.`)
  const text = (key: string): string | undefined => {
    const field = given.get(key)
    if (field && field.type !== T.STRING)
      throw new CommandError(
        14,
        `BSON field '${name}.${key}' is the wrong type '${typeOf(field)}', expected type 'string'`,
      )
    return field && stringOf(field)
  }
  const coll = text('coll')
  if (coll === undefined) throw new CommandError(40414, `BSON field '${name}.coll' is missing but a required field`)
  return { db: text('db') ?? db, coll }
}

const targetOf = ({ engine }: Context, { db, coll }: Place): Collection => {
  const found = engine.catalog.find(db, coll)
  if (found?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${coll} is a view, not a collection`)
  engine.commit.start()
  return found ?? engine.catalog.create(db, coll, {})
}

const insertInto = ({ engine }: Context, collection: Collection, doc: Buffer): void => {
  const made = newDoc(docValue(doc), engine.now())
  validatorOf(collection)?.(made)
  const outcome = engine.records.insert(collection, made)
  if (typeof outcome !== 'number') throw outcome
}

/** Runs work that must happen as a whole or not at all. */
const wholly = ({ engine }: Context, collection: Collection, work: () => void): void => {
  engine.sqlite.exec('SAVEPOINT output')
  try {
    work()
    engine.sqlite.exec('RELEASE output')
  } catch (error) {
    engine.sqlite.exec('ROLLBACK TO output; RELEASE output')
    collection.forgetCount()
    throw error
  }
}

/** Replaces a collection's documents by the results: all of them, or none when one of them is refused. */
export const outStage = (v: Value, context: Context): Stage => {
  const place = placeOf(v, context, '$out', 16990)
  if (place.coll.startsWith('system.')) throw new CommandError(17385, `Can't $out to special collection: ${place.coll}`)
  return {
    name: '$out',
    run(rows) {
      const docs = [...rows]
      const target = targetOf(context, place)
      wholly(context, target, () => {
        for (const row of findRows(target, { filter: { kind: 'and', parts: [] }, sort: [], limit: 0 }))
          context.engine.records.remove(target, row)
        for (const doc of docs) insertInto(context, target, doc)
      })
      return []
    },
  }
}

type Matched = 'replace' | 'keepExisting' | 'merge' | 'fail' | readonly Stage[]

const OPTIONS = ['into', 'on', 'let', 'whenMatched', 'whenNotMatched']
const MATCHED = ['replace', 'keepExisting', 'merge', 'fail']
const UNMATCHED = ['insert', 'discard', 'fail']

const onOf = (v: Value | undefined): string[] => {
  if (!v) return ['_id']
  const names = (v.type === T.ARRAY ? itemsOf(v) : [v]).map((item) => {
    if (item.type !== T.STRING)
      throw new CommandError(
        v.type === T.ARRAY ? 51134 : 51186,
        `$merge 'on' field must be a string or an array of strings, but found ${typeOf(item)}`,
      )
    return stringOf(item)
  })
  if (names.length === 0)
    throw new CommandError(51187, "If explicitly specifying $merge 'on', must include at least one field")
  if (new Set(names).size < names.length) throw new CommandError(31465, `Found a duplicate field in $merge 'on'`)
  return names
}

/** Throws 51183 unless a unique index guarantees that the fields find at most one document. */
const checkUnique = (target: Collection, on: readonly string[]): void => {
  const wanted = [...on].sort().join('\0')
  const ok = target.indexes.some(
    (index) =>
      index.unique &&
      !index.partial &&
      index.fields
        .map(({ path }) => path.text)
        .sort()
        .join('\0') === wanted,
  )
  if (!ok) throw new CommandError(51183, 'Cannot find index to verify that join fields will be unique')
}

const choice = (v: Value | undefined, list: readonly string[], otherwise: string, field: string): string => {
  if (!v) return otherwise
  const word = v.type === T.STRING ? stringOf(v) : ''
  if (!list.includes(word))
    throw new CommandError(2, `Enumeration value '${word}' for field '$merge.${field}' is not a valid value.`)
  return word
}

const filterFor = (doc: Value, on: readonly string[], context: Context): Node => ({
  kind: 'and',
  parts: on.map((path): Node => {
    const v = valueAt(
      doc,
      pathNames(path).map((name) => Buffer.from(name)),
    )
    if (v?.type === T.ARRAY || isNullish(v))
      throw new CommandError(
        51132,
        `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`,
      )
    return { kind: 'field', path: pathOf(path), test: eqTest(v, context.scope.collation) }
  }),
})

const ID = Buffer.from('_id')

/** Fields of one document over those of another. */
const mergedDoc = (old: Value, next: Value): Buffer => object(new Map([...entriesOf(old), ...entriesOf(next)])).buf

const withId = (old: Value, next: Value): Buffer => {
  const id = findField(old.buf, old.start, ID) ?? NULL_VALUE
  return object(new Map([['_id', id], ...entriesOf(next).filter(([name]) => name !== '_id')])).buf
}

const checkId = (old: Value, next: Value): void => {
  const [a, b] = [findField(old.buf, old.start, ID), findField(next.buf, next.start, ID)]
  if (a && b && !sameBytes(a, b))
    throw new CommandError(
      66,
      '$merge failed to update the matching document, did you attempt to modify the _id or the shard key?',
    )
}

/** Merges the results into a collection, one by one. */
export const mergeStage = (v: Value, context: Context): Stage => {
  const given = new Map<string, Value>(
    v.type === T.OBJECT ? entriesOf(v).filter(([, option]) => option.type !== T.NULL) : [['into', v]],
  )
  if (v.type !== T.OBJECT && v.type !== T.STRING)
    throw new CommandError(51182, `$merge only supports a string or object argument, not ${typeOf(v)}`)
  for (const [key] of v.type === T.OBJECT ? entriesOf(v) : [])
    if (!OPTIONS.includes(key)) throw new CommandError(40415, `BSON field '$merge.${key}' is an unknown field.`)
  if (given.has('let') && given.get('let')?.type !== T.OBJECT)
    throw typeMismatch(
      `BSON field '$merge.let' is the wrong type '${typeOf(given.get('let'))}', expected type 'object'`,
    )
  const into = given.get('into')
  if (!into) throw new CommandError(40414, "BSON field '$merge.into' is missing but a required field")
  const place = placeOf(into, context, '$merge.into', 51178)
  const on = onOf(given.get('on'))
  const unmatched = choice(given.get('whenNotMatched'), UNMATCHED, 'insert', 'whenNotMatched')
  const asked = given.get('whenMatched')
  const lets = given.get('let')
  if (lets && asked?.type !== T.ARRAY)
    throw new CommandError(51199, "Cannot use 'let' variables with 'whenMatched' mode other than a pipeline")
  let { scope } = context
  const bound: [number, Expr][] = []
  if (asked?.type === T.ARRAY) {
    scope = withNames(scope, ['new'])
    for (const [name, e] of lets ? entriesOf(lets) : []) {
      if (name === 'new' && !(e.type === T.STRING && stringOf(e) === '$$ROOT'))
        throw new CommandError(
          51273,
          "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'",
        )
      const expr = parseExpression(e, context.scope)
      const made = name === 'new' ? { scope, slot: scope.names.get('new') as number } : bind(scope, name)
      scope = made.scope
      bound.push([made.slot, expr])
    }
    if (!lets) bound.push([scope.names.get('new') as number, parseJs('$$ROOT', context.scope)])
  }
  const matched: Matched =
    asked?.type === T.ARRAY
      ? parseUpdateStages(itemsOf(asked), scope)
      : (choice(asked, MATCHED, 'merge', 'whenMatched') as Matched)
  const { slots } = scope.frame
  const changed = (old: Value, doc: Value): Buffer => {
    checkId(old, doc)
    if (matched === 'merge') return mergedDoc(old, doc)
    if (typeof matched === 'string') return withId(old, doc)
    slots[ROOT] = doc
    const values = bound.map(([slot, expr]) => [slot, expr.ask()] as const)
    for (const [slot, value] of values) slots[slot] = value
    const [made = old.buf] = [...runOver([old.buf], matched)]
    checkId(old, docValue(made))
    return withId(old, docValue(made))
  }
  const { records } = context.engine
  return {
    name: '$merge',
    run(rows) {
      const docs = [...rows]
      const target = targetOf(context, place)
      checkUnique(target, on)
      for (const bytes of docs) {
        const doc = docValue(on.includes('_id') ? newDoc(docValue(bytes), context.engine.now()) : bytes)
        const [row] = findRows(target, {
          filter: filterFor(doc, on, context),
          sort: [],
          limit: 1,
          collation: context.scope.collation,
        })
        if (!row) {
          if (unmatched === 'fail')
            throw new CommandError(
              13113,
              '$merge could not find a matching document in the target collection for at least one document in the source collection',
            )
          if (unmatched === 'insert') insertInto(context, target, doc.buf.subarray(doc.start, doc.end))
        } else if (matched === 'fail') insertInto(context, target, doc.buf.subarray(doc.start, doc.end))
        else if (matched !== 'keepExisting') {
          const next = changed(docValue(row.doc), doc)
          validatorOf(target)?.(next)
          const error = records.replace(target, row, next)
          if (error) throw error
        }
      }
      return []
    },
  }
}
