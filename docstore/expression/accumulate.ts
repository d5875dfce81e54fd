import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { setOf } from '../collation/text-keys.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { array, decimal, double, int32, integer, type Maybe, NULL_VALUE, object } from './make.ts'
import { big, calculate, isInt } from './numbers.ts'
import { isNullish, typeOf } from './operator.ts'
import type { Scope } from './scope.ts'

/** Collects the values of a group; `done` may be asked at any time. */
export interface Accumulator {
  readonly add: (v: Maybe) => void
  readonly done: () => Maybe
}

/** A sum that keeps what doubles lose: integers exactly, doubles with the rest that rounding left over. */
class Total {
  private ints = 0n
  private whole = 0
  private rest = 0
  private decimals: Value | undefined
  private type: number = T.INT32
  count = 0

  add(v: Value): void {
    this.count++
    if (v.type === T.DECIMAL) this.decimals = this.decimals ? calculate('add', this.decimals, v) : v
    else if (isInt(v)) this.ints += big(v)
    else this.addDouble(readNumber(v))
    if (T.DECIMAL === v.type || (v.type === T.DOUBLE && this.type !== T.DECIMAL)) this.type = v.type
    else if (v.type === T.INT64 && this.type === T.INT32) this.type = T.INT64
  }

  private addDouble(n: number): void {
    const sum = this.whole + n
    if (Number.isFinite(sum))
      this.rest += Math.abs(this.whole) >= Math.abs(n) ? this.whole - sum + n : n - sum + this.whole
    this.whole = sum
  }

  private get doubles(): number {
    return Number.isFinite(this.whole) ? this.whole + this.rest : this.whole
  }

  get value(): Value {
    if (this.type === T.DECIMAL) {
      const sum = calculate('add', this.decimals as Value, decimal({ digits: this.ints, exponent: 0 }))
      return this.whole === 0 ? sum : calculate('add', sum, double(this.doubles))
    }
    if (this.type !== T.DOUBLE) return integer(this.ints, this.type === T.INT64)
    if (!Number.isFinite(this.whole)) return double(this.whole + Number(this.ints))
    this.addDouble(Number(this.ints))
    this.ints = 0n
    return double(this.doubles)
  }

  get mean(): Value {
    if (this.count === 0) return NULL_VALUE
    if (this.type === T.DECIMAL) return calculate('divide', this.value, int32(this.count))
    const sum = this.value
    return double(readNumber(sum) / this.count)
  }
}

const numbersInto = (total: Total) => {
  return (v: Maybe): void => {
    if (v && T.isNumeric(v.type)) total.add(v)
  }
}

const sum = (): Accumulator => {
  const total = new Total()
  return { add: numbersInto(total), done: () => total.value }
}

const avg = (): Accumulator => {
  const total = new Total()
  return { add: numbersInto(total), done: () => total.mean }
}

const extreme = (direction: 1 | -1) => {
  return ({ collation }: Scope): Accumulator => {
    let best: Maybe
    return {
      add: (v) => {
        if (isNullish(v)) return
        if (!best || compareValues(v, best, collation) * direction < 0) best = v
      },
      done: () => best ?? NULL_VALUE,
    }
  }
}

const deviation = (sample: boolean) => {
  return (): Accumulator => {
    let n = 0
    let mean = 0
    let squares = 0
    const add = (v: Maybe): void => {
      if (!v || !T.isNumeric(v.type)) return
      const x = readNumber(v)
      n++
      const difference = x - mean
      mean += difference / n
      squares += difference * (x - mean)
    }
    const done = (): Value => {
      const parts = sample ? n - 1 : n
      return parts <= 0 ? NULL_VALUE : double(Math.sqrt(squares / parts))
    }
    return { add, done }
  }
}

const edge = (last: boolean) => {
  return (): Accumulator => {
    let held: Maybe
    let any = false
    return {
      add: (v) => {
        if (any && !last) return
        held = v
        any = true
      },
      done: () => held ?? NULL_VALUE,
    }
  }
}

const MAX_BYTES = 100 * 1024 * 1024

const collect = (name: string): ((v: Value) => void) => {
  let bytes = 0
  return (v) => {
    bytes += v.end - v.start + 8
    if (bytes > MAX_BYTES)
      throw new CommandError(
        146,
        `${name} used too much memory and cannot spill to disk. Memory limit: ${MAX_BYTES} bytes`,
      )
  }
}

const push = (): Accumulator => {
  const items: Value[] = []
  const note = collect('$push')
  return {
    add: (v) => {
      if (!v) return
      note(v)
      items.push(v)
    },
    done: () => array(items),
  }
}

const addToSet = ({ collation }: Scope): Accumulator => {
  const keys = setOf(collation)
  const items: Value[] = []
  const note = collect('$addToSet')
  return {
    add: (v) => {
      if (!v || !keys(v)) return
      note(v)
      items.push(v)
    },
    done: () => array(items),
  }
}

const mergeObjects = (): Accumulator => {
  const fields = new Map<string, Value>()
  return {
    add: (v) => {
      if (isNullish(v)) return
      if (v.type !== T.OBJECT)
        throw new CommandError(40400, `$mergeObjects requires object inputs, but input is of type ${typeOf(v)}`)
      for (const [name, inner] of entriesOf(v)) fields.set(name, inner)
    },
    done: () => object(fields),
  }
}

const count = (): Accumulator => {
  let n = 0n
  return {
    add: () => {
      n++
    },
    done: () => integer(n, false),
  }
}

/** Accumulators over one expression, by name. */
export const PLAIN: Readonly<Record<string, (scope: Scope) => Accumulator>> = {
  $sum: sum,
  $avg: avg,
  $min: extreme(1),
  $max: extreme(-1),
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
  $first: edge(false),
  $last: edge(true),
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $count: count,
}
