import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { pathOf } from '../keys/path.ts'
import { EVERYTHING, type Node } from './node.ts'
import { readNumber } from './number.ts'
import { type Around, isOperatorDoc, parseOperators } from './operators.ts'
import { regexTest } from './regex.ts'
import { eqTest } from './tests.ts'
import { type Variables, wholeDocTest } from './whole.ts'

const join = (parts: readonly Node[]): Node => (parts.length === 1 ? (parts[0] as Node) : { kind: 'and', parts })

const branches = (name: string, v: Value, variables: Variables): Node[] => {
  if (v.type !== T.ARRAY) throw badValue(`${name} must be an array`)
  const items = itemsOf(v)
  if (items.length === 0) throw badValue('$and/$or/$nor must be a nonempty array')
  return items.map((item) => {
    if (item.type !== T.OBJECT) throw badValue('$or/$and/$nor entries need to be full objects')
    return parseFilter(item, variables)
  })
}

const NOTHING: Node = { kind: 'nor', parts: [EVERYTHING] }

/** So many of all documents, each by chance. */
const sample = (v: Value): Node => {
  if (!T.isNumeric(v.type)) throw badValue('argument to $sampleRate must be a numeric type')
  const rate = readNumber(v)
  if (!(rate >= 0 && rate <= 1)) throw badValue('numeric argument to $sampleRate must be in [0, 1]')
  return { kind: 'call', ask: () => Math.random() < rate }
}

const parseTopLevel = (name: string, v: Value, variables: Variables): Node => {
  switch (name) {
    case '$and':
      return join(branches(name, v, variables))
    case '$or':
      return { kind: 'or', parts: branches(name, v, variables) }
    case '$nor':
      return { kind: 'nor', parts: branches(name, v, variables) }
    case '$comment':
      return EVERYTHING
    case '$alwaysTrue':
    case '$alwaysFalse':
      if (!T.isNumeric(v.type) || readNumber(v) !== 1)
        throw new CommandError(9, `${name} must be an integer value of 1`)
      return name === '$alwaysTrue' ? EVERYTHING : NOTHING
    case '$sampleRate':
      return sample(v)
    case '$expr':
    case '$jsonSchema':
      return wholeDocTest(name, v, variables)
    case '$where':
    case '$text':
      throw badValue(`${name} is not supported`)
    default:
      throw badValue(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      )
  }
}

const around = (variables: Variables): Around => ({
  parse: (doc) => parseFilter(doc, variables),
  collation: variables.collation,
})

const parseField = (name: string, v: Value, variables: Variables): Node => {
  const path = pathOf(name)
  if (v.type === T.REGEX) return { kind: 'field', path, test: regexTest(v) }
  if (isOperatorDoc(v)) return join(parseOperators(path, v, around(variables)))
  if (v.type === T.UNDEFINED) throw badValue('cannot compare to undefined')
  return { kind: 'field', path, test: eqTest(v, variables.collation) }
}

/** Fields of a reference to another collection: data, though their names begin with a dollar. */
const DBREF = new Set(['$ref', '$id', '$db'])

/**
 * Parses a filter. Throws code 2 for operators that do not exist or are misused, whether or not there are documents to
 * match, so that a mistake shows on an empty collection too.
 */
export const parseFilter = (filter: Value | undefined, variables: Variables = {}): Node => {
  if (!filter) return EVERYTHING
  const parts = entriesOf(filter).map(([name, v]) =>
    name.startsWith('$') && !DBREF.has(name) ? parseTopLevel(name, v, variables) : parseField(name, v, variables),
  )
  return join(parts.flatMap((part) => (part.kind === 'and' ? part.parts : [part])))
}
