import * as T from '../bson/types.ts'
import { bytesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { type Exact, readDecimal } from '../keys/decimal.ts'
import { decimal, double, integer, type Maybe, NULL_VALUE } from './make.ts'
import { big, exactly, exactOfDouble, isInt, wholeNumber } from './numbers.ts'
import { isNullish, takes, typeOf } from './operator.ts'
import type { Operator } from './scope.ts'

const numeric = (v: Value, name: string, code = 28765): void => {
  if (!T.isNumeric(v.type)) throw new CommandError(code, `${name} only supports numeric types, not ${typeOf(v)}`)
}

/** An operator over one number; null stays null. */
const one = (work: (v: Value, name: string) => Value): Operator =>
  takes(1, 1, ([v], name) => {
    if (isNullish(v)) return NULL_VALUE
    numeric(v, name)
    return work(v, name)
  })

/** A function on doubles; a Decimal128 stays one. */
const curve = (f: (x: number) => number, check?: (x: number, name: string) => void): Operator =>
  one((v, name) => {
    const x = readNumber(v)
    check?.(x, name)
    return v.type === T.DECIMAL ? decimalNear(f(x)) : double(f(x))
  })

const decimalNear = (n: number): Value => decimal(Number.isFinite(n) ? exactOfDouble(n) : n)

const within = (low: number, high: number) => {
  return (x: number, name: string): void => {
    if (x < low || x > high)
      throw new CommandError(50989, `cannot apply ${name} to ${x}, value must be in [${low},${high}]`)
  }
}

const finite = (x: number, name: string): void => {
  if (!Number.isFinite(x) && !Number.isNaN(x))
    throw new CommandError(50989, `cannot apply ${name} to ${x}, value must be in (-inf,inf)`)
}

const positive = (code: number) => {
  return (x: number, name: string): void => {
    if (x <= 0) throw new CommandError(code, `${name}'s argument must be a positive number, but is ${x}`)
  }
}

const abs = (v: Value): Value => {
  if (v.type === T.DOUBLE) return double(Math.abs(readNumber(v)))
  if (v.type === T.DECIMAL) {
    const x = readDecimal(bytesOf(v))
    return decimal(typeof x === 'number' ? Math.abs(x) : { ...x, digits: x.digits < 0n ? -x.digits : x.digits })
  }
  const n = big(v)
  if (n === -0x8000000000000000n) throw new CommandError(28680, "can't take $abs of long long min")
  return integer(n < 0n ? -n : n, v.type === T.INT64)
}

type Mode = 'round' | 'trunc' | 'floor' | 'ceil'

const adjust = (quotient: bigint, rest: bigint, unit: bigint, mode: Mode): bigint => {
  if (rest === 0n || mode === 'trunc') return quotient
  if (mode === 'floor') return rest < 0n ? quotient - 1n : quotient
  if (mode === 'ceil') return rest > 0n ? quotient + 1n : quotient
  const twice = 2n * (rest < 0n ? -rest : rest)
  if (twice < unit || (twice === unit && quotient % 2n === 0n)) return quotient
  return quotient + (rest < 0n ? -1n : 1n)
}

/** Rounds to so many places after the comma, to even when it lies in the middle. */
const toPlaces = (x: Exact, places: number, mode: Mode): Exact => {
  const drop = -places - x.exponent
  if (drop <= 0) return x
  const unit = 10n ** BigInt(Math.min(drop, 400))
  return { digits: adjust(x.digits / unit, x.digits % unit, unit, mode), exponent: -places }
}

const numberOf = ({ digits, exponent }: Exact): number => Number(`${digits}e${exponent}`)

const rounded = (v: Value, places: number, mode: Mode): Value => {
  if (isInt(v)) {
    if (places >= 0 || mode === 'floor' || mode === 'ceil') return v
    const x = toPlaces({ digits: big(v), exponent: 0 }, places, mode)
    return integer(x.digits * 10n ** BigInt(x.exponent), v.type === T.INT64)
  }
  const x = exactly(v)
  if (typeof x === 'number') return v
  if (v.type === T.DECIMAL) return decimal(toPlaces(x, places, mode))
  const n = readNumber(v)
  if (places === 0) {
    if (mode !== 'round') return double(Math[mode](n))
    const near = Math.round(n)
    return double(Math.abs(n % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near)
  }
  return double(numberOf(toPlaces(exactOfShortest(n), places, mode)))
}

/** A double as the shortest decimal that means it. */
const exactOfShortest = (n: number): Exact => {
  const [mantissa = '0', power = '0'] = String(n).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

const roundTo = (mode: Mode): Operator =>
  takes(1, 2, ([v, place], name) => {
    if (isNullish(v)) return NULL_VALUE
    numeric(v, name, 51081)
    if (place && isNullish(place)) return NULL_VALUE
    const places = place ? wholeNumber(place, 51082, 'precision argument must be a integral value') : 0
    if (places <= -20 || places >= 100)
      throw new CommandError(51083, `cannot apply ${name} with precision value ${places} value must be in [-20, 100]`)
    return rounded(v, places, mode)
  })

const whole = (mode: Mode): Operator => one((v) => rounded(v, 0, mode))

const sqrt = one((v) => {
  const n = readNumber(v)
  if (n < 0) throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0")
  const x = v.type === T.DECIMAL ? readDecimal(bytesOf(v)) : n
  if (typeof x === 'number') return v.type === T.DECIMAL ? decimal(Math.sqrt(n)) : double(Math.sqrt(n))
  const even = 80 + (((x.exponent % 2) + 2) % 2)
  const digits = rootOf(x.digits * 10n ** BigInt(even))
  return decimal({ digits, exponent: (x.exponent - even) / 2 })
})

const rootOf = (n: bigint): bigint => {
  if (n < 2n) return n
  let x = BigInt(Math.floor(Math.sqrt(Number(n))))
  for (;;) {
    const y = (x + n / x) >> 1n
    if (y === x || y === x + 1n || y === x - 1n) return y * y <= n ? y : y - 1n
    x = y
  }
}

const isDecimal = (...values: Maybe[]): boolean => values.some((v) => v?.type === T.DECIMAL)

const pow = takes(2, 2, ([a, b], name) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  if (!T.isNumeric(a.type)) throw new CommandError(28762, `${name}'s base must be numeric, not ${typeOf(a)}`)
  if (!T.isNumeric(b.type)) throw new CommandError(28763, `${name}'s exponent must be numeric, not ${typeOf(b)}`)
  const [x, y] = [readNumber(a), readNumber(b)]
  if (x === 0 && y < 0) throw new CommandError(28764, '$pow cannot take a base of 0 and a negative exponent')
  if (isDecimal(a, b)) {
    const base = exactly(a)
    if (typeof base === 'number' || !Number.isInteger(y) || y < 0 || y > 500) return decimalNear(x ** y)
    return decimal({ digits: base.digits ** BigInt(y), exponent: base.exponent * y })
  }
  if (a.type === T.DOUBLE || b.type === T.DOUBLE || y < 0 || y > 63) return exactPower(a, b, x ** y)
  const product = big(a) ** big(b)
  return product > 0x7fffffffffffffffn || product < -0x8000000000000000n
    ? double(Number(product))
    : integer(product, a.type === T.INT64 || b.type === T.INT64)
})

/** Powers of 0, 1 and -1 stay integers whatever the exponent. */
const exactPower = (a: Value, b: Value, near: number): Value =>
  isInt(a) && isInt(b) && [-1, 0, 1].includes(near) && Math.abs(readNumber(a)) <= 1
    ? integer(BigInt(near), a.type === T.INT64 || b.type === T.INT64)
    : double(near)

const log = takes(2, 2, ([a, b], name) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  if (!T.isNumeric(a.type)) throw new CommandError(28756, `${name}'s argument must be numeric, not ${typeOf(a)}`)
  if (!T.isNumeric(b.type)) throw new CommandError(28757, `${name}'s base must be numeric, not ${typeOf(b)}`)
  const [x, base] = [readNumber(a), readNumber(b)]
  if (x <= 0) throw new CommandError(28758, `${name}'s argument must be a positive number, but is ${x}`)
  if (base <= 0 || base === 1)
    throw new CommandError(28759, `${name}'s base must be a positive number not equal to 1, but is ${base}`)
  const n = Math.log(x) / Math.log(base)
  return isDecimal(a, b) ? decimalNear(n) : double(n)
})

const DEGREE = Math.PI / 180

export const FUNCTIONS: Record<string, Operator> = {
  $abs: one(abs),
  $ceil: whole('ceil'),
  $floor: whole('floor'),
  $round: roundTo('round'),
  $trunc: roundTo('trunc'),
  $sqrt: sqrt,
  $pow: pow,
  $log: log,
  $exp: curve(Math.exp),
  $ln: curve(Math.log, positive(28766)),
  $log10: curve(Math.log10, positive(28761)),
  $sin: curve(Math.sin, finite),
  $cos: curve(Math.cos, finite),
  $tan: curve(Math.tan, finite),
  $sinh: curve(Math.sinh),
  $cosh: curve(Math.cosh),
  $tanh: curve(Math.tanh),
  $asin: curve(Math.asin, within(-1, 1)),
  $acos: curve(Math.acos, within(-1, 1)),
  $atan: curve(Math.atan),
  $asinh: curve(Math.asinh),
  $acosh: curve(Math.acosh, within(1, Number.POSITIVE_INFINITY)),
  $atanh: curve(Math.atanh, within(-1, 1)),
  $atan2: takes(2, 2, ([a, b], name) => {
    if (isNullish(a) || isNullish(b)) return NULL_VALUE
    numeric(a, name, 51044)
    numeric(b, name, 51045)
    const n = Math.atan2(readNumber(a), readNumber(b))
    return isDecimal(a, b) ? decimalNear(n) : double(n)
  }),
  $degreesToRadians: curve((x) => x * DEGREE),
  $radiansToDegrees: curve((x) => x / DEGREE),
}
