import * as T from '../bson/types.ts'
import { entriesOf, Fields, itemsOf, stringOf, Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { constantKeys } from '../collation/text-keys.ts'
import { badValue, CommandError } from '../errors.ts'
import { NULL_VALUE } from '../expression/make.ts'
import { keyOf } from '../keys/extract.ts'
import type { Path } from '../keys/path.ts'
import { bitsTest } from './bits.ts'
import { matches } from './match.ts'
import type { Node, Test } from './node.ts'
import { cutLong, readNumber } from './number.ts'
import { compileRegex, prefixOf, readRegex, regexTest } from './regex.ts'
import { eqTest, existsTest, inTest, rangeTest } from './tests.ts'
import { typeTest } from './type-test.ts'
import { readWhole } from './whole-number.ts'

/** What the operators need of the filter they stand in. */
export interface Around {
  readonly parse: (doc: Value) => Node
  readonly collation?: Collation | undefined
}

/** A document whose first field is an operator; DBRef fields are data. */
export const isOperatorDoc = (v: Value): boolean => {
  if (v.type !== T.OBJECT) return false
  const fields = new Fields(v.buf, v.start)
  return fields.next() && v.buf[fields.nameStart] === 0x24 && !['$ref', '$id', '$db'].includes(fields.name)
}

const truthy = (v: Value): boolean => {
  if (v.type === T.BOOL) return v.buf[v.start] === 1
  if (T.isNumeric(v.type)) return readNumber(v) !== 0
  return v.type !== T.NULL && v.type !== T.UNDEFINED
}

const listOf = (name: string, v: Value): Value[] => {
  if (v.type !== T.ARRAY) throw badValue(`${name} needs an array`)
  const items = itemsOf(v)
  if (items.some(isOperatorDoc) && name !== '$all') throw badValue(`cannot nest $ under ${name}`)
  return items
}

const modTest = (v: Value): Test => {
  if (v.type !== T.ARRAY) throw badValue('malformed mod, needs to be an array')
  const items = itemsOf(v)
  if (items.length < 2) throw badValue('malformed mod, not enough elements')
  if (items.length > 2) throw badValue('malformed mod, too many elements')
  const [divisor, remainder] = items.map((item, i) => {
    const which = i ? 'remainder' : 'divisor'
    if (!T.isNumeric(item.type)) throw badValue(`malformed mod, ${which} not a number`)
    const n = cutLong(item)
    if (n === undefined)
      throw badValue(`malformed mod, ${which} value is invalid :: caused by :: Unable to coerce it to a 64-bit integer`)
    return n
  }) as [bigint, bigint]
  if (divisor === 0n) throw badValue('divisor cannot be 0')
  const ask = (value: Value | undefined): boolean => {
    const n = value && T.isNumeric(value.type) ? cutLong(value) : undefined
    return n !== undefined && n % divisor === remainder
  }
  return { kind: 'other', spread: true, ask }
}

const sizeTest = (v: Value): Test => {
  const wanted = readWhole('$size', v, 32)
  if (typeof wanted === 'string') throw badValue(`Failed to parse $size. ${wanted}`)
  return { kind: 'other', spread: false, ask: (value) => value?.type === T.ARRAY && itemsOf(value).length === wanted }
}

const WHOLE = new Set(['$and', '$or', '$nor', '$expr', '$jsonSchema', '$where'])

/** A document that begins with an operator that stands over fields, not behind one: a filter of its own. */
export const isFilterDoc = (v: Value): boolean => WHOLE.has(entriesOf(v)[0]?.[0] ?? '')

const elemMatchTest = (v: Value, around: Around): Test => {
  if (v.type !== T.OBJECT) throw badValue('$elemMatch needs an Object')
  if (entriesOf(v).some(([name]) => name === '$expr'))
    throw badValue('$expr can only be applied to the top-level document')
  const byValue = isOperatorDoc(v) && !isFilterDoc(v)
  const ask = byValue ? valueElement(v, around) : docElement(around.parse(v))
  return {
    kind: 'other',
    spread: false,
    element: ask,
    ask: (value) => value?.type === T.ARRAY && itemsOf(value).some(ask),
  }
}

const docElement = (node: Node) => {
  return (item: Value): boolean =>
    (item.type === T.OBJECT || item.type === T.ARRAY) &&
    matches(node, new Value(item.buf, T.OBJECT, item.start, item.end))
}

const EMPTY_PATH: Path = { text: '', names: [], positions: [], positional: false }

/** Asks conditions such as `{$gte: 3}` of a single element. */
export const valueElement = (v: Value, around: Around) => {
  const nodes = parseOperators(EMPTY_PATH, v, around)
  return (item: Value): boolean => nodes.every((node) => askNode(node, item))
}

const askNode = (node: Node, item: Value): boolean => {
  if (node.kind === 'field') return node.test.ask(item)
  if (node.kind === 'not') return !askNode(node.part, item)
  if (node.kind === 'and') return node.parts.every((part) => askNode(part, item))
  return node.kind === 'or' && node.parts.some((part) => askNode(part, item))
}

/** So many values of an $all are looked for together, in one walk through the document. */
const MANY = 16

/** Whether a field has all of many values: what is there is collected once, then each is looked up. */
const allTogether = (path: Path, values: readonly Value[], collation: Collation | undefined): Node => {
  const textKey = collation && constantKeys(collation, values)
  const textOf = (v: Value): string => keyOf(v, textKey).toString('latin1')
  const wanted = values.map(textOf)
  return {
    kind: 'call',
    ask: (doc) => {
      const seen = new Set<string>()
      const note = (v: Value | undefined): boolean => {
        seen.add(textOf(v ?? NULL_VALUE))
        return false
      }
      matches({ kind: 'field', path, test: { kind: 'other', spread: true, ask: note } }, doc)
      return wanted.every((key) => seen.has(key))
    },
  }
}

const allNodes = (path: Path, v: Value, around: Around): Node[] => {
  const items = listOf('$all', v)
  if (items.length === 0) return [{ kind: 'or', parts: [] }]
  const elements = items.filter((item) => isOperatorDoc(item))
  if (
    elements.length > 0 &&
    (elements.length < items.length || elements.some((e) => entriesOf(e)[0]?.[0] !== '$elemMatch'))
  )
    throw badValue('no $ expressions in $all')
  const plain = elements.length ? [] : items.filter((item) => item.type !== T.REGEX)
  if (plain.length > MANY) {
    const [first] = plain as [Value]
    const patterns = items.filter((item) => item.type === T.REGEX)
    return [
      { kind: 'field', path, test: eqTest(first, around.collation) },
      allTogether(path, plain, around.collation),
      ...patterns.map((item): Node => ({ kind: 'field', path, test: regexTest(item) })),
    ]
  }
  return items.map((item) => {
    if (elements.length > 0)
      return { kind: 'field', path, test: elemMatchTest((entriesOf(item)[0] as [string, Value])[1], around) }
    return { kind: 'field', path, test: item.type === T.REGEX ? regexTest(item) : eqTest(item, around.collation) }
  })
}

const patternTest = (doc: Value): Test => {
  const given = new Map(entriesOf(doc))
  const pattern = given.get('$regex')
  const letters = given.get('$options')
  if (!pattern) throw badValue('$options needs a $regex')
  if (letters && letters.type !== T.STRING) throw badValue('$options has to be a string')
  if (pattern.type !== T.REGEX && pattern.type !== T.STRING) throw badValue('$regex has to be a string')
  const own = pattern.type === T.REGEX ? readRegex(pattern) : { source: stringOf(pattern), options: '' }
  if (letters && own.options)
    throw new CommandError(
      [...given.keys()].find((name) => name === '$regex' || name === '$options') === '$regex' ? 51075 : 51074,
      'options set in both $regex and $options',
    )
  const matchesText = compileRegex(own.source, letters ? stringOf(letters) : own.options)
  const options = letters ? stringOf(letters) : own.options
  const isSame = (v: Value): boolean => {
    const stored = readRegex(v)
    return stored.source === own.source && stored.options === options
  }
  const ask = (v: Value | undefined): boolean =>
    v?.type === T.STRING ? matchesText(stringOf(v)) : v?.type === T.REGEX && isSame(v)
  return { kind: 'other', spread: true, ask, ...prefixOf(own.source, letters ? stringOf(letters) : own.options) }
}

const notNode = (path: Path, v: Value, around: Around): Node => {
  if (v.type === T.REGEX) return { kind: 'not', part: { kind: 'field', path, test: regexTest(v) } }
  if (v.type !== T.OBJECT) throw badValue('$not needs a regex or a document')
  if (!isOperatorDoc(v)) throw badValue('$not cannot be empty')
  return { kind: 'not', part: { kind: 'and', parts: parseOperators(path, v, around) } }
}

/** The conditions of `{path: {$op: ...}}`, all of which must hold. */
export const parseOperators = (path: Path, doc: Value, around: Around): Node[] => {
  const field = (test: Test): Node => ({ kind: 'field', path, test })
  const not = (test: Test): Node => ({ kind: 'not', part: field(test) })
  return entriesOf(doc).flatMap(([name, v]): Node[] => {
    switch (name) {
      case '$eq':
        return [field(eqTest(v, around.collation))]
      case '$ne':
        if (v.type === T.REGEX) throw badValue("Can't have regex as arg to $ne.")
        return [not(eqTest(v, around.collation))]
      case '$gt':
      case '$gte':
      case '$lt':
      case '$lte':
        if (v.type === T.REGEX) throw badValue(`Can't have RegEx as arg to predicate over field '${path.text}'.`)
        return [field(rangeTest(name, v, around.collation))]
      case '$in':
        return [field(inTest(listOf(name, v), around.collation))]
      case '$nin':
        return [not(inTest(listOf(name, v), around.collation))]
      case '$exists':
        return [truthy(v) ? field(existsTest) : not(existsTest)]
      case '$type':
        return [field(typeTest(v))]
      case '$mod':
        return [field(modTest(v))]
      case '$size':
        return [field(sizeTest(v))]
      case '$all':
        return allNodes(path, v, around)
      case '$elemMatch':
        return [field(elemMatchTest(v, around))]
      case '$not':
        return [notNode(path, v, around)]
      case '$regex':
        return [field(patternTest(doc))]
      case '$options':
        return entriesOf(doc).some(([other]) => other === '$regex') ? [] : [field(patternTest(doc))]
      case '$comment':
        return []
      case '$bitsAllSet':
      case '$bitsAnySet':
      case '$bitsAllClear':
      case '$bitsAnyClear':
        return [field(bitsTest(name, v, path.text))]
      default:
        throw badValue(`unknown operator: ${name}`)
    }
  })
}
