import * as T from '../bson/types.ts'
import { itemsOf, stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { shellText } from '../store/shell-text.ts'
import type { Test } from './node.ts'
import { readNumber } from './number.ts'

const NUMBERS = [T.INT32, T.INT64, T.DOUBLE, T.DECIMAL]
const MIN_KEY_CODE = -1

const typesOf = (v: Value): readonly number[] => {
  if (v.type === T.STRING) {
    const alias = stringOf(v)
    if (alias === 'number') return NUMBERS
    const type = T.typeOfAlias(alias)
    if (type === undefined) throw badValue(`Unknown type name alias: ${alias}`)
    return [type]
  }
  if (!T.isNumeric(v.type)) throw typeMismatch('type must be represented as a number or a string')
  const code = readNumber(v)
  if (code === 0) throw badValue('Invalid numerical type code: 0. Instead use {$exists:false}.')
  const type = code === MIN_KEY_CODE ? T.MIN_KEY : code
  if (!Number.isInteger(code) || code > T.MAX_KEY || T.typeName(type).startsWith('type '))
    throw badValue(`Invalid numerical type code: ${shellText(v)}`)
  return [type]
}

/** `$type` by names, numbers or a list of them. Throws 2, 9 or 14 for what is no type. */
export const typeTest = (v: Value): Test => {
  const types = new Set((v.type === T.ARRAY ? itemsOf(v) : [v]).flatMap(typesOf))
  if (types.size === 0) throw new CommandError(9, '$type must match at least one type')
  return { kind: 'other', spread: true, types, ask: (value) => value !== undefined && types.has(value.type) }
}
