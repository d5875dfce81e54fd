import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { constantKeys, setOf } from '../collation/text-keys.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { object } from '../expression/make.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import { isFilterDoc, isOperatorDoc, parseOperators } from '../filter/operators.ts'
import { parseFilter } from '../filter/parse.ts'
import { regexTest } from '../filter/regex.ts'
import type { Variables } from '../filter/whole.ts'
import { compareValues } from '../keys/compare.ts'
import { keyOf } from '../keys/extract.ts'
import { pathOf } from '../keys/path.ts'
import { shellText } from '../store/shell-text.ts'
import { changed, listOf } from './lists.ts'
import type { Prepare, Prepared } from './operator.ts'
import { Tree } from './tree.ts'

const readEach = (arg: Value): Value[] => {
  const parts = arg.type === T.OBJECT ? entriesOf(arg) : []
  const [first, second] = parts
  if (first?.[0] !== '$each') return [arg]
  const [, each] = first
  if (each.type !== T.ARRAY)
    throw typeMismatch(
      `The argument to $each in $addToSet must be an array but it was of type ${T.typeName(each.type)}`,
    )
  if (second) throw badValue(`Found unexpected fields after $each in $addToSet: ${shellText(arg)}`)
  return itemsOf(each)
}

/** $addToSet. Throws 14 or 2 for a bad $each. */
export const prepareAddToSet: Prepare = (arg, _path, { collation }) => {
  const each = readEach(arg)
  return (old, spot) => {
    const items = old ? listOf(old, '$addToSet', spot) : []
    const isNew = setOf(collation)
    for (const item of items) isNew(item.toValue())
    const before = items.length
    for (const v of each) if (isNew(v)) items.push(new Tree(v))
    return old && items.length === before ? old : changed(old, items)
  }
}

/** Which elements $pull removes: those equal to a value, or matching a condition on the element or its fields. */
const pullCondition = (arg: Value, variables: Variables): ((item: Value) => boolean) => {
  const parse = (doc: Value): Node => parseFilter(doc, variables)
  if (isOperatorDoc(arg) && !isFilterDoc(arg)) {
    const parts = parseOperators(pathOf(''), arg, { parse, collation: variables.collation })
    return (item) => matches({ kind: 'and', parts }, docValue(object([['', item]]).buf))
  }
  if (arg.type === T.REGEX) return regexTest(arg).ask
  if (arg.type === T.OBJECT) {
    const filter = parse(arg)
    return (item) => item.type === T.OBJECT && matches(filter, item)
  }
  return (item) => compareValues(item, arg, variables.collation) === 0
}

const without = (name: string, gone: (item: Value) => boolean): Prepared => {
  return (old, spot) => {
    if (!old) return undefined
    const items = listOf(old, name, spot)
    const left = items.filter((item) => !gone(item.toValue()))
    return left.length === items.length ? old : changed(old, left)
  }
}

/** $pull. Throws the filter's errors. */
export const preparePull: Prepare = (arg, _path, variables) => without('$pull', pullCondition(arg, variables))

/** $pullAll. Throws 2 for what is no list. */
export const preparePullAll: Prepare = (arg, _path, { collation }) => {
  if (arg.type !== T.ARRAY)
    throw badValue(`$pullAll requires an array argument but was given a ${T.typeName(arg.type)}`)
  const items = itemsOf(arg)
  const textKey = collation && constantKeys(collation, items)
  const text = (v: Value): string => keyOf(v, textKey).toString('latin1')
  const gone = new Set(items.map(text))
  return without('$pullAll', (item) => gone.has(text(item)))
}

/** $pop. Throws 9 for another direction than 1 or -1. */
export const preparePop: Prepare = (arg, path) => {
  if (!T.isNumeric(arg.type)) throw new CommandError(9, `Expected a number in: ${path}: ${shellText(arg)}`)
  const end = readNumber(arg)
  if (end !== 1 && end !== -1) throw new CommandError(9, `$pop expects 1 or -1, found: ${shellText(arg)}`)
  return (old, spot) => {
    if (!old) return undefined
    const items = listOf(old, '$pop', spot)
    if (items.length === 0) return old
    if (end < 0) items.shift()
    else items.pop()
    return changed(old, items)
  }
}
