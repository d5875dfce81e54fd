import * as T from '../bson/types.ts'
import { entriesOf, sameBytes, stringOf, Value } from '../bson/value.ts'
import { badValue, typeMismatch } from '../errors.ts'
import type { Variables } from '../filter/whole.ts'
import { compareValues } from '../keys/compare.ts'
import { shellText } from '../store/shell-text.ts'
import { add, multiply, zeroLike } from './arithmetic.ts'
import { prepareAddToSet, preparePop, preparePull, preparePullAll } from './arrays.ts'
import { prepareBit } from './bit.ts'
import { idText } from './lists.ts'
import type { Prepare, Prepared, Spot } from './operator.ts'
import { preparePush } from './push.ts'
import { nullTree, Tree } from './tree.ts'

interface Arithmetic {
  readonly name: '$inc' | '$mul'
  readonly combine: (a: Value, b: Value) => Value | undefined
  readonly start: (b: Value) => Value
}

const notNumeric = (name: string, old: Tree, { id, path }: Spot): string =>
  `Cannot apply ${name} to a value of non-numeric type. ${idText(id)} has the field '${path.split('.').at(-1)}' of non-numeric type ${T.typeName(old.type)}`

const typedNumber = (v: Value): string => `(${v.type === T.INT64 ? 'NumberLong' : 'NumberInt'})${shellText(v)}`

const numeric = ({ name, combine, start }: Arithmetic) => {
  return (arg: Value, path: string): Prepared => {
    if (!T.isNumeric(arg.type))
      throw typeMismatch(
        `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${shellText(arg)}}`,
      )
    return (old, spot) => {
      if (!old) return new Tree(start(arg))
      if (!T.isNumeric(old.type)) throw typeMismatch(notNumeric(name, old, spot))
      const next = combine(old.value, arg)
      if (!next)
        throw badValue(
          `Failed to apply ${name} operations to current value (${typedNumber(old.value)}) for document ${idText(spot.id)}`,
        )
      const same = old.type === next.type && compareValues(old.value, next, undefined) === 0
      return same ? old : new Tree(next)
    }
  }
}

const dateValue = (type: number, nowMs: number): Value => {
  const buf = Buffer.alloc(8)
  if (type === T.DATE) buf.writeBigInt64LE(BigInt(nowMs))
  else buf.writeBigUInt64LE((BigInt(Math.floor(nowMs / 1000)) << 32n) | 1n)
  return new Value(buf, type, 0, 8)
}

const dateType = (arg: Value): number => {
  if (arg.type === T.BOOL) return T.DATE
  if (arg.type !== T.OBJECT)
    throw badValue(
      `${T.typeName(arg.type)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  const options = entriesOf(arg)
  const unknown = options.find(([name]) => name !== '$type')
  if (unknown) throw badValue(`Unrecognized $currentDate option: ${unknown[0]}`)
  for (const [, v] of options) {
    const type = v.type === T.STRING ? stringOf(v) : ''
    if (type === 'date') return T.DATE
    if (type === 'timestamp') return T.TIMESTAMP
  }
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  )
}

const prepareCurrentDate = (arg: Value): Prepared => {
  const type = dateType(arg)
  return (_old, { nowMs }) => new Tree(dateValue(type, nowMs))
}

const prepareSet = (arg: Value): Prepared => {
  return (old) => (old && sameBytes(old.toValue(), arg) ? old : new Tree(arg))
}

const prepareUnset =
  (): Prepared =>
  (old, { inArray }) =>
    old && inArray ? nullTree() : undefined

const extreme = (sign: 1 | -1) => {
  return (arg: Value, _path: string, { collation }: Variables): Prepared => {
    return (old) => (old && compareValues(old.toValue(), arg, collation) * sign >= 0 ? old : new Tree(arg))
  }
}

/** The operators that change one field each, made ready with their argument. $rename is two of them and stands in apply. */
export const OPERATORS: Readonly<Record<string, Prepare>> = {
  $set: prepareSet,
  $setOnInsert: prepareSet,
  $unset: prepareUnset,
  $inc: numeric({ name: '$inc', combine: add, start: (arg) => arg }),
  $mul: numeric({ name: '$mul', combine: multiply, start: zeroLike }),
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: prepareCurrentDate,
  $bit: prepareBit,
  $push: preparePush,
  $addToSet: prepareAddToSet,
  $pull: preparePull,
  $pullAll: preparePullAll,
  $pop: preparePop,
}
