import * as T from '../bson/types.ts'
import { entriesOf, sameBytes, stringOf, Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { keyOf } from '../keys/extract.ts'
import { shellText } from '../store/shell-text.ts'
import { add, bitwise, multiply, zeroLike } from './arithmetic.ts'
import { addToSet, pop, pull, pullAll, push } from './arrays.ts'
import type { Operator } from './operator.ts'
import { nullTree, Tree } from './tree.ts'

const numeric = (name: string, combine: (a: Value, b: Value) => Value, start: (b: Value) => Value): Operator => {
  return (old, arg, spot) => {
    if (!old) return new Tree(start(arg))
    if (!T.isNumeric(old.type)) {
      const id = spot.id ? `{_id: ${shellText(spot.id)}}` : '{}'
      throw typeMismatch(
        `Cannot apply $${name} to a value of non-numeric type. ${id} has the field '${spot.path.split('.').at(-1)}' of non-numeric type ${T.typeName(old.type)}`,
      )
    }
    return sameOr(old, combine(old.value, arg))
  }
}

const sameOr = (old: Tree, next: Value): Tree => (sameBytes(old.value, next) ? old : new Tree(next))

const dateValue = (type: number, nowMs: number): Value => {
  const buf = Buffer.alloc(8)
  if (type === T.DATE) buf.writeBigInt64LE(BigInt(nowMs))
  else buf.writeBigUInt64LE((BigInt(Math.floor(nowMs / 1000)) << 32n) | 1n)
  return new Value(buf, type, 0, 8)
}

const currentDate: Operator = (_old, arg, { nowMs }) => {
  const type = arg.type === T.OBJECT ? entriesOf(arg).find(([name]) => name === '$type')?.[1] : undefined
  return new Tree(dateValue(type && stringOf(type) === 'timestamp' ? T.TIMESTAMP : T.DATE, nowMs))
}

const bit: Operator = (old, arg) => {
  let value = old?.value ?? zeroLike((entriesOf(arg)[0] as [string, Value])[1])
  for (const [name, operand] of entriesOf(arg)) {
    if (value.type !== T.INT32 && value.type !== T.INT64)
      throw badValue(`Cannot apply $bit to a value of non-integral type ${T.typeName(value.type)}`)
    value = bitwise(name, value, operand)
  }
  return old ? sameOr(old, value) : new Tree(value)
}

const set: Operator = (old, arg) => (old && sameBytes(old.toValue(), arg) ? old : new Tree(arg))

/** The operators that change one field each. $rename is two of them and stands in apply. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  $set: set,
  $setOnInsert: set,
  $unset: (old, _arg, { inArray }) => (old && inArray ? nullTree() : undefined),
  $inc: numeric('inc', add, (arg) => arg),
  $mul: numeric('multiply', multiply, zeroLike),
  $min: (old, arg) => (old && Buffer.compare(keyOf(old.toValue()), keyOf(arg)) <= 0 ? old : new Tree(arg)),
  $max: (old, arg) => (old && Buffer.compare(keyOf(old.toValue()), keyOf(arg)) >= 0 ? old : new Tree(arg)),
  $currentDate: currentDate,
  $bit: bit,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
}

const wrongArg = (name: string, arg: Value): CommandError =>
  typeMismatch(`Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: ${shellText(arg)}`)

/** Checks an operator's argument before any document is looked at. */
export const checkArgument = (name: string, path: string, arg: Value): void => {
  if ((name === '$inc' || name === '$mul') && !T.isNumeric(arg.type)) throw wrongArg(name, arg)
  if (name === '$pullAll' && arg.type !== T.ARRAY)
    throw badValue(`$pullAll requires an array argument but was given a ${T.typeName(arg.type)}`)
  if (name === '$pop' && (!T.isNumeric(arg.type) || !['1', '-1', '1.0', '-1.0'].includes(shellText(arg))))
    throw new CommandError(9, `$pop expects 1 or -1, found: ${shellText(arg)}`)
  if (name === '$rename' && arg.type !== T.STRING)
    throw badValue(`The 'to' field for $rename must be a string: ${path}: ${shellText(arg)}`)
  if (name === '$bit') checkBit(path, arg)
  if (name === '$currentDate') checkCurrentDate(arg)
}

const checkBit = (path: string, arg: Value): void => {
  const parts = arg.type === T.OBJECT ? entriesOf(arg) : []
  if (parts.length === 0)
    throw badValue(
      `The $bit modifier is not compatible with a ${T.typeName(arg.type)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    )
  for (const [name, v] of parts) {
    if (!['and', 'or', 'xor'].includes(name))
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${path}: ${shellText(arg)}}`,
      )
    if (v.type !== T.INT32 && v.type !== T.INT64)
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${T.typeName(v.type)}' is not supported here`,
      )
  }
}

const checkCurrentDate = (arg: Value): void => {
  if (arg.type === T.BOOL) return
  const parts = arg.type === T.OBJECT ? entriesOf(arg) : []
  const [name, v] = parts[0] ?? []
  const type = v?.type === T.STRING ? stringOf(v) : ''
  if (arg.type !== T.OBJECT)
    throw badValue(
      `${T.typeName(arg.type)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  if (parts.length !== 1 || name !== '$type') throw badValue(`Unrecognized $currentDate option: ${name ?? ''}`)
  if (type !== 'date' && type !== 'timestamp')
    throw badValue("The '$type' string field is required to be 'date' or 'timestamp'")
}
