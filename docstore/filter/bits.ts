import * as T from '../bson/types.ts'
import { itemsOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import type { Test } from './node.ts'
import { readNumber } from './number.ts'

const positionsOf = (name: string, v: Value): number[] => {
  if (v.type === T.ARRAY)
    return itemsOf(v).map((item) => {
      const n = T.isNumeric(item.type) ? readNumber(item) : Number.NaN
      if (!Number.isInteger(n)) throw badValue('bit positions must be an integer')
      if (n < 0) throw badValue('bit positions must be >= 0')
      return n
    })
  if (v.type === T.BINARY)
    return Array.from({ length: (v.end - v.start - 5) * 8 }, (_, i) => i).filter((i) => bitOf(v, i))
  const mask = T.isNumeric(v.type) ? readNumber(v) : Number.NaN
  if (!Number.isInteger(mask)) throw new CommandError(9, `Expected an integer or an array of bit positions: ${name}`)
  if (mask < 0) throw new CommandError(9, `Expected a non-negative number in: ${name}`)
  const wide = BigInt(mask)
  return Array.from({ length: 64 }, (_, i) => i).filter((i) => (wide >> BigInt(i)) & 1n)
}

const bitOf = (v: Value, position: number): boolean => {
  if (v.type === T.BINARY) {
    const at = v.start + 5 + (position >> 3)
    return at < v.end && (((v.buf[at] as number) >> (position & 7)) & 1) === 1
  }
  const wide = v.type === T.INT64 ? v.buf.readBigInt64LE(v.start) : BigInt(readNumber(v))
  return ((wide >> BigInt(Math.min(position, 63))) & 1n) === 1n
}

const hasBits = (v: Value): boolean =>
  v.type === T.BINARY || (T.isNumeric(v.type) && Number.isInteger(readNumber(v)) && Math.abs(readNumber(v)) < 2 ** 63)

/** The four $bits operators over integers and binary data. */
export const bitsTest = (name: string, constant: Value): Test => {
  const positions = positionsOf(name, constant)
  const wanted = name.endsWith('Set')
  const check = (v: Value, p: number): boolean => bitOf(v, p) === wanted
  const ask = (v: Value | undefined): boolean => {
    if (!v || !hasBits(v)) return false
    return name.startsWith('$bitsAll') ? positions.every((p) => check(v, p)) : positions.some((p) => check(v, p))
  }
  return { kind: 'other', spread: true, ask }
}
