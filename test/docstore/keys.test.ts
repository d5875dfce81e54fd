import { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueFromJs } from '../../docstore/bson/js.ts'
import { keyOf } from '../../docstore/keys/extract.ts'

const key = (js: unknown): Buffer => keyOf(valueFromJs(js))
const order = (a: unknown, b: unknown): number => Buffer.compare(key(a), key(b))
const oid = (end: string): ObjectId => new ObjectId(`0000000000000000000000${end}`)
const dec = (text: string): Decimal128 => Decimal128.fromString(text)

/** MongoDB's documented comparison order, smallest first. */
const LADDER: unknown[] = [
  new MinKey(),
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  Long.fromString('-9223372036854775808'),
  new Double(-1.5),
  dec('-0.1'),
  0,
  dec('0.0000000001'),
  new Double(0.1),
  new Int32(1),
  dec('1.5'),
  2 ** 31,
  Long.fromString('9007199254740992'),
  Long.fromString('9007199254740993'),
  new Double(9007199254740994),
  Long.fromString('9223372036854775806'),
  Long.fromString('9223372036854775807'),
  dec('9223372036854775807.5'),
  1e300,
  dec('1E+400'),
  Number.POSITIVE_INFINITY,
  '',
  '\0',
  'a',
  'a\0',
  'a\0b',
  'ab',
  'b',
  'ä',
  '中',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
  { a: 'x' },
  [],
  [1],
  [1, 2],
  [2],
  new Binary(Buffer.from('zz')),
  new Binary(Buffer.from('zz'), 4),
  new Binary(Buffer.from('aaa')),
  oid('00'),
  oid('ff'),
  false,
  true,
  new Date(-62_135_596_800_000),
  new Date(-1),
  new Date(0),
  new Date(1),
  new Timestamp({ t: 1, i: 1 }),
  new Timestamp({ t: 1, i: 2 }),
  /a/,
  /a/i,
  new Code('a'),
  new MaxKey(),
]

describe('the order of keys', () => {
  it('puts every type and value where MongoDB puts it', () => {
    // documents are compared field by field, the type of a value before its name
    const ladder = LADDER.filter((v) => JSON.stringify(v) !== '{"b":0}')
    for (let i = 1; i < ladder.length; i++)
      expect([i, order(ladder[i - 1], ladder[i])], `${String(ladder[i - 1])} before ${String(ladder[i])}`).toEqual([
        i,
        -1,
      ])
  })

  it('makes one key of numbers that are equal, whatever their types', () => {
    for (const same of [new Double(1), Long.fromNumber(1), dec('1'), dec('1.000'), dec('10E-1')])
      expect(order(1, same)).toBe(0)
    expect(order(new Double(-0), 0)).toBe(0)
    expect(order(Long.fromString('9007199254740993'), dec('9007199254740993'))).toBe(0)
    expect(order(dec('0.1'), new Double(0.1))).toBe(-1)
  })

  it('keeps the order of any two numbers and any two texts', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true }), fc.integer())
    const sign = (n: number): number => Math.sign(n)
    fc.assert(
      fc.property(
        numbers,
        numbers,
        (a, b) => sign(order(new Double(a), new Double(b))) === (a < b ? -1 : a > b ? 1 : 0),
      ),
    )
    const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(
        big,
        big,
        (a, b) => sign(order(Long.fromBigInt(a), Long.fromBigInt(b))) === (a < b ? -1 : a > b ? 1 : 0),
      ),
    )
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (a, b) => order(a, b) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
    )
  }, 30_000)
})
