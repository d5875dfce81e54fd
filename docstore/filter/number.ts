import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { readDecimal, toDouble } from '../keys/decimal.ts'

/** The nearest double of any BSON number. */
export const readNumber = (v: Value): number => {
  switch (v.type) {
    case T.INT32:
      return v.buf.readInt32LE(v.start)
    case T.DOUBLE:
      return v.buf.readDoubleLE(v.start)
    case T.INT64:
      return Number(v.buf.readBigInt64LE(v.start))
    default: {
      const decimal = readDecimal(v.buf.subarray(v.start, v.end))
      return typeof decimal === 'number' ? decimal : toDouble(decimal)
    }
  }
}
