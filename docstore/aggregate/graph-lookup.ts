import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { equalityKeys } from '../collation/text-keys.ts'
import { CommandError } from '../errors.ts'
import { int64 } from '../expression/make.ts'
import { isNullish, typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { pathNames } from '../expression/path.ts'
import { askOf } from '../expression/scope.ts'
import { readNumber } from '../filter/number.ts'
import { parseFilter } from '../filter/parse.ts'
import { keyOf } from '../keys/extract.ts'
import { pathOf } from '../keys/path.ts'
import { checkDeadline } from '../plan/deadline.ts'
import { countBytes } from '../plan/memory.ts'
import type { Context, Stage } from './context.ts'
import { Finder, joinValues, listOfDocs } from './finder.ts'
import { foreignOf } from './join-stages.ts'
import { setAt } from './list-stages.ts'

const OPTIONS = [
  'from',
  'as',
  'startWith',
  'connectFromField',
  'connectToField',
  'maxDepth',
  'depthField',
  'restrictSearchWithMatch',
]

const depthOf = (v: Value | undefined): number => {
  if (!v) return Number.POSITIVE_INFINITY
  if (!T.isNumeric(v.type)) throw new CommandError(40100, `maxDepth must be numeric, found type: ${typeOf(v)}`)
  const n = readNumber(v)
  if (n < 0) throw new CommandError(40101, `maxDepth requires a nonnegative argument, found: ${n}`)
  if (!Number.isInteger(n)) throw new CommandError(40102, `maxDepth could not be represented as a long long: ${n}`)
  return n
}

const ID = pathOf('_id')

export const graphLookup = (v: Value, context: Context): Stage => {
  const { scope } = context
  if (v.type !== T.OBJECT)
    throw new CommandError(40327, `the $graphLookup stage specification must be an object, but found ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!OPTIONS.includes(key)) throw new CommandError(40104, `unknown argument to $graphLookup: ${key}`)
  const text = (key: string): string | undefined => {
    const field = given.get(key)
    if (field && field.type !== T.STRING)
      throw new CommandError(40103, `expected string as argument for ${key}, found: ${typeOf(field)}`)
    return field && stringOf(field)
  }
  const [from, as, near, far, depthField] = ['from', 'as', 'connectFromField', 'connectToField', 'depthField'].map(text)
  const start = given.get('startWith')
  if (from === undefined || as === undefined || near === undefined || far === undefined || !start)
    throw new CommandError(
      40105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    )
  const most = depthOf(given.get('maxDepth'))
  const restrict = given.get('restrictSearchWithMatch')
  if (restrict && restrict.type !== T.OBJECT)
    throw new CommandError(40185, `restrictSearchWithMatch must be an object, found ${typeOf(restrict)}`)
  const also = restrict && parseFilter(restrict, { scope, collation: scope.collation })
  const first = parseExpression(start, scope)
  const [names, depthNames] = [pathNames(as), depthField ? pathNames(depthField) : []]
  pathNames(near)
  pathNames(far)
  const finder = new Finder(foreignOf(context, from), far, scope.collation)
  const nearPath = pathOf(near)
  const textKey = equalityKeys(scope.collation)
  const keyText = (value: Value): string => keyOf(value, textKey).toString('latin1')

  const search = (row: Buffer): Buffer[] => {
    const reached = new Map<string, Buffer>()
    const asked = new Set<string>()
    const note = countBytes('$graphLookup')
    const begin = askOf(scope, first, row)
    let frontier = isNullish(begin) ? (begin ? [begin] : []) : begin.type === T.ARRAY ? itemsOf(begin) : [begin]
    for (let depth = 0; frontier.length > 0 && depth <= most; depth++) {
      checkDeadline()
      const fresh = frontier.filter((value) => !asked.has(keyText(value)))
      for (const value of fresh) asked.add(keyText(value))
      frontier = []
      for (const doc of fresh.length ? finder.find(fresh, also) : []) {
        const id = keyOf(joinValues(doc, ID)[0]).toString('latin1')
        if (reached.has(id)) continue
        note(doc.length)
        reached.set(id, depthField ? setAt(docValue(doc), depthNames, int64(BigInt(depth))) : doc)
        frontier.push(...joinValues(doc, nearPath).filter((value) => !isNullish(value)))
      }
    }
    return [...reached.values()]
  }
  return {
    name: '$graphLookup',
    changes: new Set([names[0] as string]),
    *run(rows) {
      for (const row of rows) yield setAt(docValue(row), names, listOfDocs(search(row)))
    },
  }
}
