import { Args } from '../args.ts'
import { valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { entriesOf, isEmptyDoc, stringOf } from '../bson/value.ts'
import { type Collation, parseCollation } from '../collation/collation.ts'
import { badValue, CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import type { Variables } from '../filter/whole.ts'
import type { Wish } from '../plan/choose.ts'
import type { Collection } from '../store/collection.ts'
import { evaluateLet } from './let.ts'

const NONE: ReadonlyMap<string, readonly Value[]> = new Map()

/** One element of `updates` or `deletes`, its fields checked. */
export const statementArgs = (v: Value, name: string, own: ReadonlySet<string>): Args => {
  const args = new Args(v, NONE, name)
  args.allow(own)
  return args
}

/** A write that is to be done once, however often it is sent, touches one document a statement. Throws 72. */
export const checkRetryable = (args: Args, manyAtOnce: (statement: Args) => boolean, field: string): void => {
  if (!args.has('txnNumber') || args.has('autocommit')) return
  if (args.docs(field).some((v) => manyAtOnce(new Args(v, NONE, args.name))))
    throw new CommandError(72, 'Cannot use (or request) retryable writes with multi=true')
}

const CURSOR = new Set(['batchSize'])

/** The batch size in the `cursor` of a command that lists, undefined where it has none. Throws 40415, 14 and 51024. */
export const batchSizeIn = (args: Args): number | undefined => {
  const cursor = args.doc('cursor')
  return cursor && statementArgs(cursor, `${args.name}.cursor`, CURSOR).count('batchSize')
}

/** Values of `let`, computed. */
export const variablesOf = (args: Args): Variables => {
  const given = args.doc('let')
  const nowMs = Date.now()
  return given ? { values: evaluateLet(given, nowMs), nowMs } : { nowMs }
}

/** The hint of a command or a statement. Throws 9 for what is none, a null too, whether or not there is an index. */
export const hintIn = (args: Args): Value | undefined => {
  const hint = args.fields.get('hint')
  if (hint && hint.type !== T.STRING && hint.type !== T.OBJECT)
    throw new CommandError(9, 'Hint must be a string or an object')
  return hint
}

/** The index a hint names or spells. Throws 2 when there is none; `{$natural: 1}` is a scan, with -1 from the last document. */
export const hintOf = (collection: Collection | undefined, hint: Value | undefined): Pick<Wish, 'only'> => {
  if (!hint) return {}
  if (!collection) return {}
  if (hint.type === T.STRING) {
    const index = collection.indexNamed(stringOf(hint))
    if (index && !index.spec.hidden) return { only: index }
  } else {
    const [first] = entriesOf(hint)
    if (first?.[0] === '$natural')
      return { only: T.isNumeric(first[1].type) && readNumber(first[1]) < 0 ? 'backward' : 'scan' }
    const text = JSON.stringify(valueToJs(hint))
    const [index, another] = collection.indexes.filter((i) => JSON.stringify(i.spec.key) === text)
    if (another) throw badValue('Hint matched multiple indexes, must hint by index name')
    if (index && !index.spec.hidden) return { only: index }
    if (text === '{}') return {}
  }
  throw badValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  )
}

/** How a command's or statement's texts compare: as it says, or else as the collection says. */
export const collationOf = (args: Args, collection: Collection | undefined): Collation | undefined => {
  const given = args.doc('collation')
  return given && !isEmptyDoc(given) ? parseCollation(given) : collection?.collation
}

/** Throws 167 when a command on a view asks for another collation than the view was made with. */
export const checkViewCollation = (args: Args, collection: Collection | undefined): void => {
  if (!collection?.options.viewOn) return
  const given = args.doc('collation')
  if (given && !isEmptyDoc(given) && parseCollation(given)?.id !== collection.collation?.id)
    throw new CommandError(167, `Cannot override a view's default collation ${collection.ns}`)
}

/** The variables of a statement together with its collation. */
export const collated = (variables: Variables, args: Args, collection: Collection | undefined): Variables => ({
  ...variables,
  collation: collationOf(args, collection),
})
