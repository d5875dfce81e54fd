import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { date, int32, int64, type Maybe, NULL_VALUE } from './make.ts'
import { big, calculate, isInt, isZero } from './numbers.ts'
import { isNullish, takes, typeOf, type Work } from './operator.ts'
import type { Operator } from './scope.ts'

const isTime = (v: Value): boolean => v.type === T.DATE || v.type === T.TIMESTAMP

/** Milliseconds of a date. */
const msOf = (v: Value): bigint => v.buf.readBigInt64LE(v.start)

const MAX_MS = 0x7fffffffffffffffn

const shifted = (ms: bigint, by: Value, name: string): Value => {
  const n = isInt(by) ? big(by) : BigInt(Math.round(readNumber(by)))
  const sum = name === '$subtract' ? ms - n : ms + n
  if (sum > MAX_MS || sum < -MAX_MS - 1n) throw new CommandError(15, `date overflow in ${name}`)
  return date(sum)
}

const addAll: Work = (args, name) => {
  let when: Value | undefined
  let sum: Value = int32(0)
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    if (isTime(v)) {
      if (when) throw new CommandError(16612, 'only one date allowed in an $add expression')
      if (v.type !== T.DATE) throw typeMismatch(`${name} only supports numeric or date types, not ${typeOf(v)}`)
      when = v
    } else if (T.isNumeric(v.type)) sum = calculate('add', sum, v)
    else throw typeMismatch(`${name} only supports numeric or date types, not ${typeOf(v)}`)
  }
  return when ? shifted(msOf(when), sum, name) : sum
}

const subtract: Work = ([a, b], name) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  if (T.isNumeric(a.type) && T.isNumeric(b.type)) return calculate('subtract', a, b)
  if (a.type === T.DATE && b.type === T.DATE) return int64(msOf(a) - msOf(b))
  if (a.type === T.DATE && T.isNumeric(b.type)) return shifted(msOf(a), b, name)
  throw typeMismatch(`can't ${name} ${typeOf(b)} from ${typeOf(a)}`)
}

const multiply: Work = (args, name) => {
  let product: Value = int32(1)
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    if (!T.isNumeric(v.type)) throw typeMismatch(`${name} only supports numeric types, not ${typeOf(v)}`)
    product = calculate('multiply', product, v)
  }
  return product
}

const divide: Work = ([a, b], name) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  if (!T.isNumeric(a.type) || !T.isNumeric(b.type))
    throw typeMismatch(`${name} only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`)
  if (isZero(b)) throw badValue("can't $divide by zero")
  return calculate('divide', a, b)
}

const mod: Work = ([a, b], name) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  if (!T.isNumeric(a.type) || !T.isNumeric(b.type))
    throw new CommandError(16611, `${name} only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`)
  if (isZero(b)) throw new CommandError(16610, "can't $mod by zero")
  return calculate('mod', a, b)
}

const bits = (combine: (a: bigint, b: bigint) => bigint, start: bigint): Work => {
  return (args, name) => {
    let all = start
    let wide = false
    for (const v of args) {
      if (isNullish(v)) return NULL_VALUE
      if (!isInt(v)) throw typeMismatch(`${name} only supports int and long operands, not ${typeOf(v)}`)
      if (v.type === T.INT64) wide = true
      all = combine(all, big(v))
    }
    return wide ? int64(all) : int32(Number(all))
  }
}

const bitNot = ([v]: Maybe[], name: string): Maybe => {
  if (isNullish(v)) return NULL_VALUE
  if (!isInt(v)) throw typeMismatch(`${name} only supports int and long, not: ${typeOf(v)}.`)
  return v.type === T.INT64 ? int64(~big(v)) : int32(Number(~big(v)))
}

const ANY = Number.POSITIVE_INFINITY

export const ARITHMETIC: Record<string, Operator> = {
  $add: takes(0, ANY, addAll),
  $subtract: takes(2, 2, subtract),
  $multiply: takes(0, ANY, multiply),
  $divide: takes(2, 2, divide),
  $mod: takes(2, 2, mod),
  $bitAnd: takes(
    0,
    ANY,
    bits((a, b) => a & b, -1n),
  ),
  $bitOr: takes(
    0,
    ANY,
    bits((a, b) => a | b, 0n),
  ),
  $bitXor: takes(
    0,
    ANY,
    bits((a, b) => a ^ b, 0n),
  ),
  $bitNot: takes(1, 1, bitNot),
}
