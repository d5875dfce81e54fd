import { Decimal128 } from 'bson'
import * as T from '../bson/types.ts'
import { stringOf, type Value } from '../bson/value.ts'
import { typeMismatch } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compileRegex } from '../filter/regex.ts'
import { typeTest } from '../filter/type-test.ts'
import { keyOf } from '../keys/extract.ts'
import { boolOf, countOf, failedToParse, listOf, numberOf, textOf } from './argument.ts'
import type { Check, Keyword } from './keyword.ts'

const JSON_TYPES = new Set(['object', 'array', 'number', 'boolean', 'string', 'null'])
const ALIASES: Readonly<Record<string, string>> = { boolean: 'bool' }

const typeNames = (name: string, v: Value): Value[] => {
  const items = v.type === T.ARRAY ? listOf(name, v) : [v]
  if (items.some((item) => item.type !== T.STRING))
    throw typeMismatch(`$jsonSchema keyword '${name}' must be either a string or an array of strings`)
  if (new Set(items.map(stringOf)).size < items.length)
    throw failedToParse(`$jsonSchema keyword '${name}' has duplicate value`)
  return items
}

/** `bsonType`: the aliases of `$type`. */
export const bsonTypeCheck: Keyword = (v) => {
  const types = new Set(typeNames('bsonType', v).flatMap((item) => [...(typeTest(item).types ?? [])]))
  return (value) => types.has(value.type)
}

/** `type`: the names of JSON but for `integer`. */
export const jsonTypeCheck: Keyword = (v) => {
  const types = typeNames('type', v).flatMap((item) => {
    const name = stringOf(item)
    if (name === 'integer') throw failedToParse("$jsonSchema type 'integer' is not currently supported.")
    if (!JSON_TYPES.has(name)) throw typeMismatch(`Unknown type name alias: ${name}`)
    if (name === 'number') return [T.INT32, T.INT64, T.DOUBLE, T.DECIMAL]
    return [T.typeOfAlias(ALIASES[name] ?? name)]
  })
  return (value) => types.includes(value.type)
}

const bound =
  (name: 'minimum' | 'maximum'): Keyword =>
  (v, { schema }) => {
    const key = keyOf(numberOf(name, v))
    const exclusiveName = name === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'
    const exclusive = schema.get(exclusiveName)
    const strict = exclusive !== undefined && boolOf(exclusiveName, exclusive)
    const sign = name === 'minimum' ? 1 : -1
    return (value) => {
      if (!T.isNumeric(value.type)) return true
      const order = Buffer.compare(keyOf(value), key) * sign
      return strict ? order > 0 : order >= 0
    }
  }

const exclusive =
  (name: string, base: string): Keyword =>
  (v, { schema }) => {
    boolOf(name, v)
    if (!schema.has(base)) throw failedToParse(`$jsonSchema keyword '${base}' must be a present if ${name} is present`)
    return () => true
  }

/** Text of a number with neither exponent nor type, as whole units of 10^-34, so that remainders are exact. */
const unitsOf = (v: Value): bigint | undefined => {
  const text = v.type === T.DECIMAL ? new Decimal128(v.buf.subarray(v.start, v.end)).toString() : String(readNumber(v))
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  if (whole === '') return undefined
  const places = 340 + Number(exponent) - fraction.length
  if (places < 0 || places > 1000) return undefined
  return BigInt(whole + fraction) * 10n ** BigInt(places) * (sign ? -1n : 1n)
}

const multipleOf: Keyword = (v) => {
  const step = unitsOf(numberOf('multipleOf', v))
  if (step === undefined || step <= 0n)
    throw failedToParse("$jsonSchema keyword 'multipleOf' must have a positive value")
  return (value) => {
    if (!T.isNumeric(value.type)) return true
    const units = unitsOf(value)
    return units !== undefined && units % step === 0n
  }
}

const ofText =
  (make: (v: Value) => (text: string) => boolean): Keyword =>
  (v) => {
    const ask = make(v)
    const check: Check = (value) => value.type !== T.STRING || ask(stringOf(value))
    return check
  }

/** Keywords about numbers, text, and any value. */
export const scalarChecks: readonly [string, Keyword][] = [
  ['minimum', bound('minimum')],
  ['maximum', bound('maximum')],
  ['exclusiveMinimum', exclusive('exclusiveMinimum', 'minimum')],
  ['exclusiveMaximum', exclusive('exclusiveMaximum', 'maximum')],
  ['multipleOf', multipleOf],
  [
    'minLength',
    ofText((v) => {
      const least = countOf('minLength', v)
      return (text) => [...text].length >= least
    }),
  ],
  [
    'maxLength',
    ofText((v) => {
      const most = countOf('maxLength', v)
      return (text) => [...text].length <= most
    }),
  ],
  ['pattern', ofText((v) => compileRegex(textOf('pattern', v), ''))],
  [
    'enum',
    (v) => {
      const keys = listOf('enum', v).map((item) => keyOf(item).toString('latin1'))
      if (new Set(keys).size < keys.length)
        throw failedToParse("$jsonSchema keyword 'enum' array cannot contain duplicate values.")
      const allowed = new Set(keys)
      return (value) => allowed.has(keyOf(value).toString('latin1'))
    },
  ],
]
