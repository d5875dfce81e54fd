import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { double, type Maybe, NULL_VALUE } from '../expression/make.ts'
import { calculate } from '../expression/numbers.ts'
import { isNullish } from '../expression/operator.ts'
import { readNumber } from '../filter/number.ts'

const carriedOn = (values: readonly Maybe[]): Maybe[] => {
  let last: Maybe = NULL_VALUE
  return values.map((v) => {
    if (!isNullish(v)) last = v
    return last
  })
}

const placeOf = (key: Maybe): number => {
  if (key?.type === T.DATE) return Number(key.buf.readBigInt64LE(key.start))
  if (key && T.isNumeric(key.type)) return readNumber(key)
  throw new CommandError(605003, 'The sortBy field of $linearFill must be numeric or a date')
}

const between = (low: Value, high: Value, share: number): Value =>
  calculate('add', low, calculate('multiply', calculate('subtract', high, low), double(share)))

const onLine = (values: readonly Maybe[], keys: readonly Maybe[]): Maybe[] => {
  const places = keys.map(placeOf)
  const known: number[] = []
  for (const [i, v] of values.entries()) {
    if (isNullish(v)) continue
    if (!T.isNumeric(v.type)) throw new CommandError(605000, 'Value to be filled must be numeric or nullish')
    known.push(i)
  }
  for (let i = 1; i < places.length; i++)
    if (places[i] === places[i - 1])
      throw new CommandError(6050106, 'There can be no repeated values in the sort field')
  let next = 0
  return values.map((v, i) => {
    while (next < known.length && (known[next] as number) < i) next++
    if (!isNullish(v)) return v
    const [a, b] = [known[next - 1], known[next]]
    if (a === undefined || b === undefined) return NULL_VALUE
    const [x, x0, x1] = [places[i], places[a], places[b]] as [number, number, number]
    return between(values[a] as Value, values[b] as Value, (x - x0) / (x1 - x0))
  })
}

/** Values with the missing ones filled: by the last one before, or on the line between two. */
export const fillGaps = (method: string, values: readonly Maybe[], keys: () => Maybe[]): Maybe[] =>
  method === '$locf' ? carriedOn(values) : onLine(values, keys())
