import { evaluateLet } from '../aggregate/variables.ts'
import { Args } from '../args.ts'
import { toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { entriesOf, stringOf } from '../bson/value.ts'
import { badValue } from '../errors.ts'
import type { Variables } from '../filter/whole.ts'
import type { Wish } from '../plan/choose.ts'
import type { Collection } from '../store/collection.ts'

const NONE: ReadonlyMap<string, readonly Value[]> = new Map()

/** One element of `updates` or `deletes`, its fields checked. */
export const statementArgs = (v: Value, name: string, own: ReadonlySet<string>): Args => {
  const args = new Args(v, NONE, name)
  args.allow(own)
  return args
}

/** Values of `let`, computed. */
export const variablesOf = (args: Args): Variables => {
  const given = args.doc('let')
  return given ? evaluateLet(toJs(given)) : {}
}

/** The index a hint names or spells. Throws 2 when there is none; `{$natural: 1}` is a scan. */
export const hintOf = (collection: Collection, hint: Value | undefined): Pick<Wish, 'only'> => {
  if (!hint) return {}
  if (hint.type === T.STRING) {
    const index = collection.indexNamed(stringOf(hint))
    if (index) return { only: index }
  } else if (hint.type === T.OBJECT) {
    if (entriesOf(hint)[0]?.[0] === '$natural') return { only: 'scan' }
    const text = JSON.stringify(valueToJs(hint))
    const index = collection.indexes.find((i) => JSON.stringify(i.spec.key) === text)
    if (index) return { only: index }
    if (text === '{}') return {}
  }
  throw badValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  )
}

/** Refuses a collation other than plain comparison: it would change what matches. */
export const checkCollation = (args: Args): void => {
  const collation = args.doc('collation')
  if (!collation || toJs(collation).locale === 'simple') return
  throw badValue('collation other than {locale: "simple"} is not supported')
}
