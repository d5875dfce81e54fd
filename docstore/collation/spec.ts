import type { Document } from 'bson'
import * as T from '../bson/types.ts'
import { entriesOf, stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { readNumber } from '../filter/number.ts'

/** What a client wrote in a collation, checked; fields it left out are undefined. */
export interface Wanted {
  readonly locale: string
  readonly strength: number
  readonly caseLevel: boolean
  readonly caseFirst: 'upper' | 'lower' | 'off' | undefined
  readonly numericOrdering: boolean
  readonly alternate: 'shifted' | 'non-ignorable' | undefined
  readonly maxVariable: 'punct' | 'space'
  readonly normalization: boolean
  readonly backwards: boolean | undefined
}

const KINDS: Readonly<Record<string, 'string' | 'bool' | 'int' | readonly string[]>> = {
  locale: 'string',
  strength: 'int',
  caseLevel: 'bool',
  caseFirst: ['upper', 'lower', 'off'],
  numericOrdering: 'bool',
  alternate: ['shifted', 'non-ignorable'],
  maxVariable: ['punct', 'space'],
  normalization: 'bool',
  backwards: 'bool',
  version: 'string',
}

const wrongType = (name: string, v: Value, expected: string): CommandError =>
  typeMismatch(`BSON field 'collation.${name}' is the wrong type '${T.typeName(v.type)}', expected type '${expected}'`)

const notInList = (name: string, value: unknown): CommandError =>
  badValue(`Enumeration value '${value}' for field 'collation.${name}' is not a valid value.`)

const read = (name: string, v: Value): unknown => {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (kind === undefined) throw new CommandError(40415, `BSON field 'collation.${name}' is an unknown field.`)
  if (kind === 'bool') {
    if (v.type === T.BOOL) return v.buf[v.start] === 1
    throw wrongType(name, v, 'bool')
  }
  if (kind === 'int') {
    if (!T.isNumeric(v.type)) throw wrongType(name, v, 'int')
    const n = readNumber(v)
    if (!Number.isInteger(n) || n < 1 || n > 5) throw notInList(name, n)
    return n
  }
  if (v.type !== T.STRING) throw wrongType(name, v, 'string')
  const text = stringOf(v)
  if (kind !== 'string' && !kind.includes(text)) throw notInList(name, text)
  return text
}

/** Reads a collation document. Throws 40414 without a locale, 40415, 14 and 2 for fields, types and values that do not exist. */
export const readWanted = (v: Value): Wanted => {
  const given: Document = {}
  for (const [name, value] of entriesOf(v)) given[name] = read(name, value)
  if (given.locale === undefined)
    throw new CommandError(40414, "BSON field 'collation.locale' is missing but a required field")
  const wanted = {
    strength: 3,
    caseLevel: false,
    numericOrdering: false,
    maxVariable: 'punct',
    normalization: false,
    caseFirst: undefined,
    alternate: undefined,
    backwards: undefined,
    ...given,
  } as unknown as Wanted
  if (wanted.locale !== 'simple') checkTogether(wanted)
  else if (Object.keys(given).length > 1)
    throw badValue("If 'locale' is 'simple', a collation must not have other fields")
  return wanted
}

const checkTogether = ({ caseFirst, caseLevel, strength, backwards }: Wanted): void => {
  if (caseFirst && caseFirst !== 'off' && !caseLevel && strength < 3)
    throw badValue("'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2")
  if (backwards && strength === 1) throw badValue("'backwards' is invalid with 'strength' of 1")
}
