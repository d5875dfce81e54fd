import * as T from '../bson/types.ts'
import { entriesOf, sameBytes, type Value } from '../bson/value.ts'
import { badValue } from '../errors.ts'
import { shellText } from '../store/shell-text.ts'
import { bitwise, zeroLike } from './arithmetic.ts'
import { idText } from './lists.ts'
import type { Prepared } from './operator.ts'
import { Tree } from './tree.ts'

const FORMAT = 'You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}'

const isWhole = (v: Value): boolean => v.type === T.INT32 || v.type === T.INT64

const checkBit = (arg: Value, path: string): [string, Value][] => {
  if (arg.type !== T.OBJECT)
    throw badValue(`The $bit modifier is not compatible with a ${T.typeName(arg.type)}. ${FORMAT}`)
  const parts = entriesOf(arg)
  if (parts.length === 0)
    throw badValue('You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}')
  for (const [name, v] of parts) {
    if (!['and', 'or', 'xor'].includes(name))
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${path}: ${shellText(arg)}}`,
      )
    if (!isWhole(v))
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${T.typeName(v.type)}' is not supported here: {${path}: ${shellText(arg)}}`,
      )
  }
  return parts
}

/** $bit. Throws 2 for anything but integers. */
export const prepareBit = (arg: Value, path: string): Prepared => {
  const parts = checkBit(arg, path)
  const [, first] = parts[0] as [string, Value]
  return (old, spot) => {
    if (old && !isWhole(old.value))
      throw badValue(
        `Cannot apply $bit to a value of non-integral type.${idText(spot.id)} has the field ${spot.path} of non-integer type ${T.typeName(old.type)}`,
      )
    const start = old?.value ?? zeroLike(first)
    const value = parts.reduce((v, [name, operand]) => bitwise(name, v, operand), start)
    return old && sameBytes(old.value, value) ? old : new Tree(value)
  }
}
