import * as T from '../bson/types.ts'
import { itemsOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { shellText } from '../store/shell-text.ts'
import type { Test } from './node.ts'
import { longOf } from './number.ts'
import { readWhole } from './whole-number.ts'

/** Calls back with each byte of a mask that has bits in it, until it says false. */
type Mask = (each: (at: number, bits: number) => boolean) => boolean

const maskOfBytes = (bytes: Buffer): Mask => {
  return (each) => {
    for (let at = 0; at < bytes.length; at++) {
      const bits = bytes[at] as number
      if (bits && !each(at, bits)) return false
    }
    return true
  }
}

const maskOfPositions = (positions: readonly Value[]): Mask => {
  const bytes = new Map<number, number>()
  for (const [i, item] of positions.entries()) {
    const position = readWhole(String(i), item, 32)
    if (typeof position === 'string') throw badValue(`Failed to parse bit position. ${position}`)
    const at = Math.floor(position / 8)
    bytes.set(at, (bytes.get(at) ?? 0) | (1 << (position % 8)))
  }
  return (each) => bytes.entries().every(([at, bits]) => each(at, bits))
}

const binaryBytes = (v: Value): Buffer => v.buf.subarray(v.start + 5, v.end)

const integerBytes = (v: Value): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(longOf(v) ?? 0n)
  return bytes
}

const maskOf = (name: string, v: Value, path: string): Mask => {
  if (v.type === T.ARRAY) return maskOfPositions(itemsOf(v))
  if (v.type === T.BINARY) return maskOfBytes(binaryBytes(v))
  if (!T.isNumeric(v.type))
    throw badValue(`${path} takes an Array, a number, or a BinData but received: ${name}: ${shellText(v)}`)
  const mask = readWhole(name, v)
  if (typeof mask === 'string') throw new CommandError(9, mask)
  return maskOfBytes(integerBytes(v))
}

const hasBits = (v: Value): boolean => v.type === T.BINARY || (T.isNumeric(v.type) && longOf(v) !== undefined)

/** The four $bits operators over integers and binary data. Throws 2 and 9. */
export const bitsTest = (name: string, constant: Value, path: string): Test => {
  const mask = maskOf(name, constant, path)
  const all = name.startsWith('$bitsAll')
  const flip = name.endsWith('Set') ? 0 : 0xff
  const ask = (v: Value | undefined): boolean => {
    if (!v || !hasBits(v)) return false
    const bytes = v.type === T.BINARY ? binaryBytes(v) : integerBytes(v)
    // beyond its bytes an integer goes on with its sign, binary data with zeros
    const rest = v.type !== T.BINARY && (bytes[7] as number) & 0x80 ? 0xff : 0
    const found = (at: number, bits: number): number => ((bytes[at] ?? rest) ^ flip) & bits
    return all ? mask((at, bits) => found(at, bits) === bits) : !mask((at, bits) => found(at, bits) === 0)
  }
  return { kind: 'other', spread: true, ask }
}
