import type { Args } from './args.ts'
import * as T from './bson/types.ts'
import { badValue, CommandError, typeMismatch } from './errors.ts'
import { readNumber } from './filter/number.ts'
import { shellText } from './store/shell-text.ts'

const MAX_MS = 2 ** 31 - 1

/** What a command says of its time, in milliseconds; 0 for no limit. Throws 14, 9 and 2 for what is none. */
export const timeLimitOf = (args: Args): number => {
  const v = args.get('maxTimeMS')
  if (!v) return 0
  if (!T.isNumeric(v.type))
    throw typeMismatch(
      `BSON field 'maxTimeMS' is the wrong type '${T.typeName(v.type)}', expected types '[long, int, decimal, double]'`,
    )
  const ms = readNumber(v)
  if (v.type !== T.INT64 && (!Number.isInteger(ms) || Math.abs(ms) >= 2 ** 63))
    throw new CommandError(9, `maxTimeMS has non-integral value: ${shellText(v)}`)
  if (ms < 0 || ms > MAX_MS) throw badValue(`${ms} value for maxTimeMS is out of range [0, ${MAX_MS}]`)
  return ms
}
