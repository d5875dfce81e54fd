import { Decimal128, Double, EJSON, Int32, Long, ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { toBson, valueFromJs } from '../../docstore/bson/js.ts'
import * as T from '../../docstore/bson/types.ts'
import type { Value } from '../../docstore/bson/value.ts'
import { docValue, entriesOf, stringOf } from '../../docstore/bson/value.ts'
import { CommandError } from '../../docstore/errors.ts'
import { scalarText } from '../../docstore/expression/convert.ts'
import type { Maybe } from '../../docstore/expression/make.ts'
import { newScope } from '../../docstore/expression/new-scope.ts'
import { parseExpression } from '../../docstore/expression/parse.ts'
import { askValue } from '../../docstore/expression/scope.ts'

const NOW = Date.UTC(2026, 0, 15, 12, 30)
const int = (n: number): Int32 => new Int32(n)
const dbl = (n: number): Double => new Double(n)
const long = (n: string): Long => Long.fromString(n)
const dec = (n: string): Decimal128 => Decimal128.fromString(n)
const day = (text: string): Date => new Date(text)

/** A literal with a `then` looks like a promise to the linter. */
const choice = (when: object, result: unknown): object => ({ ...when, ...Object.fromEntries([['then', result]]) })

const shown = (v: Maybe): string => {
  if (!v) return 'missing'
  const type = T.typeName(v.type)
  if (v.type === T.ARRAY)
    return `[${entriesOf(v)
      .map(([, item]) => shown(item))
      .join(', ')}]`
  if (v.type === T.OBJECT)
    return `{${entriesOf(v)
      .map(([name, item]) => `${name}: ${shown(item)}`)
      .join(', ')}}`
  if (v.type === T.NULL) return 'null'
  if (v.type === T.STRING) return JSON.stringify(stringOf(v))
  return `${type} ${scalarText(v) ?? EJSON.stringify(v)}`
}

const DOC = {
  i: int(7),
  l: long('9007199254740993'),
  d: dbl(2.5),
  m: dec('1.10'),
  s: 'Zoë',
  t: day('2024-03-10T06:30:45.123Z'),
  a: [int(3), int(1), int(2)],
  list: [{ k: 'x', n: int(1) }, { k: 'y' }, { k: 'z', n: int(3) }],
  o: { x: int(1), y: { z: 'deep' } },
  nothing: null,
}
const compute = (expression: unknown): string => {
  const scope = newScope({ given: valueFromJs(int(42)) as Value }, undefined, NOW)
  const e = entriesOf(docValue(toBson({ e: expression })))[0]?.[1] as Value
  try {
    return shown(askValue(scope, parseExpression(e, scope), docValue(toBson(DOC))))
  } catch (error) {
    if (error instanceof CommandError) return `error ${error.code}`
    throw error
  }
}

describe('expressions keep the types of numbers', () => {
  it.each<[unknown, string]>([
    [{ $add: [int(1), int(2)] }, 'int 3'],
    [{ $add: [int(2147483647), int(1)] }, 'long 2147483648'],
    [{ $add: [long('9223372036854775807'), int(1)] }, 'double 9223372036854776000'],
    [{ $add: [int(1), dbl(1)] }, 'double 2'],
    [{ $add: [dec('0.1'), dec('0.2')] }, 'decimal 0.3'],
    [{ $add: [dbl(0.1), dec('0.2')] }, 'decimal 0.300000000000000'],
    [{ $add: ['$l', int(2)] }, 'long 9007199254740995'],
    [{ $add: ['$t', int(1000)] }, 'date 2024-03-10T06:30:46.123Z'],
    [{ $add: ['$i', '$nothing'] }, 'null'],
    [{ $add: [] }, 'int 0'],
    [{ $add: ['$i', 'x'] }, 'error 14'],
    [{ $add: ['$t', '$t'] }, 'error 16612'],
    [{ $subtract: ['$t', '$t'] }, 'long 0'],
    [{ $subtract: ['$m', int(1)] }, 'decimal 0.10'],
    [{ $subtract: ['$i', 'x'] }, 'error 14'],
    [{ $multiply: ['$i', '$d'] }, 'double 17.5'],
    [{ $multiply: [int(65536), int(65536)] }, 'long 4294967296'],
    [{ $multiply: ['$m', dec('3')] }, 'decimal 3.30'],
    [{ $divide: [int(6), int(3)] }, 'double 2'],
    [{ $divide: [dec('1'), dec('3')] }, 'decimal 0.3333333333333333333333333333333333'],
    [{ $divide: ['$i', int(0)] }, 'error 2'],
    [{ $mod: [int(-7), int(3)] }, 'int -1'],
    [{ $mod: [dbl(7.5), int(2)] }, 'double 1.5'],
    [{ $mod: ['$i', int(0)] }, 'error 16610'],
    [{ $abs: long('-9223372036854775808') }, 'error 28680'],
    [{ $abs: dec('-1.50') }, 'decimal 1.50'],
    [{ $ceil: dbl(-1.5) }, 'double -1'],
    [{ $floor: '$i' }, 'int 7'],
    [{ $round: [dbl(2.5), int(0)] }, 'double 2'],
    [{ $round: [dbl(1.235), int(2)] }, 'double 1.24'],
    [{ $round: [int(1250), int(-2)] }, 'int 1200'],
    [{ $round: [dec('2.675'), int(2)] }, 'decimal 2.68'],
    [{ $trunc: [dbl(-7.89), int(1)] }, 'double -7.8'],
    [{ $trunc: ['$d', int(200)] }, 'error 51083'],
    [{ $sqrt: int(16) }, 'double 4'],
    [{ $sqrt: dec('2') }, 'decimal 1.414213562373095048801688724209698'],
    [{ $sqrt: int(-1) }, 'error 28714'],
    [{ $pow: [int(2), int(10)] }, 'int 1024'],
    [{ $pow: [int(2), int(40)] }, 'long 1099511627776'],
    [{ $pow: [int(2), int(-1)] }, 'double 0.5'],
    [{ $pow: [int(0), int(-1)] }, 'error 28764'],
    [{ $exp: int(0) }, 'double 1'],
    [{ $ln: int(0) }, 'error 28766'],
    [{ $log: [int(100), int(10)] }, 'double 2'],
    [{ $log10: int(1000) }, 'double 3'],
    [{ $bitAnd: [int(6), long('3')] }, 'long 2'],
    [{ $bitNot: int(5) }, 'int -6'],
    [{ $sum: '$a' }, 'int 6'],
    [{ $avg: '$a' }, 'double 2'],
    [{ $max: ['$i', '$d', 'x'] }, '"x"'],
    [{ $min: ['$i', '$d', null] }, 'double 2.5'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})

describe('conversions', () => {
  it.each<[unknown, string]>([
    [{ $toInt: dbl(2.9) }, 'int 2'],
    [{ $toInt: '12' }, 'int 12'],
    [{ $toInt: '1.5' }, 'error 241'],
    [{ $toInt: dbl(3e9) }, 'error 241'],
    [{ $toLong: '9007199254740993' }, 'long 9007199254740993'],
    [{ $toLong: '$t' }, 'long 1710052245123'],
    [{ $toDouble: '-1.5e3' }, 'double -1500'],
    [{ $toDecimal: dbl(0.1) }, 'decimal 0.100000000000000'],
    [{ $toDecimal: '1.10' }, 'decimal 1.10'],
    [{ $toString: '$l' }, '"9007199254740993"'],
    [{ $toString: dbl(1) }, '"1"'],
    [{ $toString: '$t' }, '"2024-03-10T06:30:45.123Z"'],
    [{ $toBool: 'false' }, 'bool true'],
    [{ $toBool: dbl(0) }, 'bool false'],
    [{ $toDate: '2024-03-10' }, 'date 2024-03-10T00:00:00.000Z'],
    [{ $toDate: long('0') }, 'date 1970-01-01T00:00:00.000Z'],
    [{ $toDate: int(0) }, 'error 241'],
    [{ $toObjectId: '5ab9cbfa31c2ab715d42129e' }, 'objectId 5ab9cbfa31c2ab715d42129e'],
    [{ $toDate: new ObjectId('5ab9cbfa31c2ab715d42129e') }, 'date 2018-03-27T04:43:38.000Z'],
    [{ $toInt: null }, 'null'],
    [{ $convert: { input: 'x', to: 'int', onError: int(-1) } }, 'int -1'],
    [{ $convert: { input: '$none', to: 'int', onNull: 'none' } }, '"none"'],
    [{ $convert: { input: '7', to: int(16) } }, 'int 7'],
    [{ $convert: { input: '7', to: 'number' } }, 'error 2'],
    [{ $convert: { input: '7' } }, 'error 9'],
    [{ $type: '$l' }, '"long"'],
    [{ $type: '$none' }, '"missing"'],
    [{ $type: '$m' }, '"decimal"'],
    [{ $isNumber: '$d' }, 'bool true'],
    [{ $tsSecond: new Timestamp({ t: 5, i: 2 }) }, 'long 5'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})

describe('comparisons and choices', () => {
  it.each<[unknown, string]>([
    [{ $eq: [int(1), dbl(1)] }, 'bool true'],
    [{ $eq: [dec('1.0'), long('1')] }, 'bool true'],
    [{ $gt: ['$l', dbl(9007199254740992)] }, 'bool true'],
    [{ $lt: ['$none', null] }, 'bool true'],
    [{ $gt: ['a', int(99)] }, 'bool true'],
    [{ $cmp: ['$nothing', '$none'] }, 'int 1'],
    [{ $eq: [int(1)] }, 'error 16020'],
    [{ $and: [] }, 'bool true'],
    [{ $or: [null, int(0), 'x'] }, 'bool true'],
    [{ $not: [int(0)] }, 'bool true'],
    [{ $cond: [{ $gte: ['$i', int(7)] }, 'yes', 'no'] }, '"yes"'],
    [{ $cond: choice({ if: true }, 1) }, 'error 17082'],
    [{ $ifNull: ['$none', '$nothing', int(5)] }, 'int 5'],
    [{ $switch: { branches: [choice({ case: false }, 1)] } }, 'error 40066'],
    [{ $switch: { branches: [choice({ case: '$i' }, '$s')], default: 0 } }, '"Zoë"'],
    [{ $let: { vars: { a: int(2), b: '$i' }, in: { $multiply: ['$$a', '$$b'] } } }, 'int 14'],
    ['$$given', 'int 42'],
    ['$$nobody', 'error 17276'],
    ['$$NOW', 'date 2026-01-15T12:30:00.000Z'],
    ['$list.n', '[int 1, int 3]'],
    ['$o.y.z', '"deep"'],
    ['$s.x', 'missing'],
    ['$', 'error 16872'],
    ['$a..b', 'error 15998'],
    ['$a.', 'error 40353'],
    [{ $foo: 1 }, 'error 168'],
    [{ $add: [1], $subtract: [1, 2] }, 'error 15983'],
    [{ x: '$i', y: '$none', z: [1, '$none'] }, '{x: int 7, z: [int 1, null]}'],
    [{ 'a.b': 1 }, 'error 16412'],
    [{ $literal: '$i' }, '"$i"'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})

describe('lists, texts and documents', () => {
  it.each<[unknown, string]>([
    [{ $arrayElemAt: ['$a', int(-1)] }, 'int 2'],
    [{ $arrayElemAt: ['$a', int(9)] }, 'missing'],
    [{ $arrayElemAt: ['$i', int(0)] }, 'error 28689'],
    [{ $size: '$a' }, 'int 3'],
    [{ $size: '$i' }, 'error 17124'],
    [{ $slice: ['$a', int(1), int(1)] }, '[int 1]'],
    [{ $concatArrays: ['$a', [int(9)]] }, '[int 3, int 1, int 2, int 9]'],
    [{ $filter: { input: '$a', as: 'n', cond: { $gt: ['$$n', 1] }, limit: 1 } }, '[int 3]'],
    [{ $map: { input: '$a', in: { $multiply: ['$$this', 2] } } }, '[int 6, int 2, int 4]'],
    [{ $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 'int 6'],
    [{ $range: [0, 10, 4] }, '[int 0, int 4, int 8]'],
    [{ $range: [0, 10, 0] }, 'error 34449'],
    [{ $in: [2, '$a'] }, 'bool true'],
    [{ $indexOfArray: ['$a', 2] }, 'int 2'],
    [{ $sortArray: { input: '$a', sortBy: -1 } }, '[int 3, int 2, int 1]'],
    [{ $setUnion: ['$a', [dbl(3), 4]] }, '[int 1, int 2, int 3, int 4]'],
    [{ $zip: { inputs: ['$a', ['p', 'q']] } }, '[[int 3, "p"], [int 1, "q"]]'],
    [{ $arrayToObject: [[{ k: 'a', v: 1 }]] }, '{a: int 1}'],
    [{ $objectToArray: '$o.y' }, '[{k: "z", v: "deep"}]'],
    [{ $mergeObjects: ['$o', { x: 9 }] }, '{x: int 9, y: {z: "deep"}}'],
    [{ $getField: { field: 'x', input: '$o' } }, 'int 1'],
    [{ $setField: { field: 'a.b', input: '$o.y', value: 1 } }, '{z: "deep", a.b: int 1}'],
    [{ $maxN: { n: 2, input: '$a' } }, '[int 3, int 2]'],
    [{ $concat: ['$s', '!'] }, '"Zoë!"'],
    [{ $concat: ['$s', 1] }, 'error 16702'],
    [{ $strLenCP: '$s' }, 'int 3'],
    [{ $strLenBytes: '$s' }, 'int 4'],
    [{ $substrBytes: ['$s', 2, 1] }, 'error 28657'],
    [{ $substrCP: ['$s', 2, 1] }, '"ë"'],
    [{ $toUpper: 'abcë' }, '"ABCë"'],
    [{ $split: ['a-b', '-'] }, '["a", "b"]'],
    [{ $trim: { input: '  x ' } }, '"x"'],
    [{ $replaceAll: { input: 'aaa', find: 'a', replacement: { $literal: '$&' } } }, '"$&$&$&"'],
    [{ $regexMatch: { input: '$s', regex: /zo/i } }, 'bool true'],
    [{ $regexFind: { input: 'xéab', regex: 'a(b)' } }, '{match: "ab", idx: int 2, captures: ["b"]}'],
    [{ $indexOfCP: ['xéab', 'a'] }, 'int 2'],
    [{ $strcasecmp: ['a', 'B'] }, 'int -1'],
    [{ $function: { body: 'x', args: [], lang: 'js' } }, 'error 2'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})

describe('dates in a zone', () => {
  const zone = 'America/New_York'
  it.each<[unknown, string]>([
    [{ $hour: '$t' }, 'int 6'],
    [{ $hour: { date: '$t', timezone: zone } }, 'int 1'],
    [{ $dayOfWeek: '$t' }, 'int 1'],
    [{ $isoWeek: day('2021-01-03') }, 'int 53'],
    [{ $isoWeekYear: day('2021-01-03') }, 'long 2020'],
    [{ $week: day('2024-01-07') }, 'int 1'],
    [{ $year: 'x' }, 'error 16006'],
    // the clocks go forward on this day at 2:00
    [{ $dateAdd: { startDate: '$t', unit: 'day', amount: 1, timezone: zone } }, 'date 2024-03-11T05:30:45.123Z'],
    [{ $dateAdd: { startDate: '$t', unit: 'hour', amount: 24, timezone: zone } }, 'date 2024-03-11T06:30:45.123Z'],
    [{ $dateAdd: { startDate: day('2024-01-31'), unit: 'month', amount: 1 } }, 'date 2024-02-29T00:00:00.000Z'],
    [{ $dateSubtract: { startDate: day('2024-03-31'), unit: 'month', amount: 1 } }, 'date 2024-02-29T00:00:00.000Z'],
    [{ $dateDiff: { startDate: day('2023-12-31T23:00:00Z'), endDate: day('2024-01-01'), unit: 'year' } }, 'long 1'],
    [{ $dateDiff: { startDate: day('2024-03-10T04:30:00Z'), endDate: '$t', unit: 'day', timezone: zone } }, 'long 1'],
    [{ $dateTrunc: { date: '$t', unit: 'day', timezone: zone } }, 'date 2024-03-10T05:00:00.000Z'],
    [{ $dateTrunc: { date: '$t', unit: 'week', startOfWeek: 'monday' } }, 'date 2024-03-04T00:00:00.000Z'],
    [{ $dateTrunc: { date: '$t', unit: 'minute', binSize: 20 } }, 'date 2024-03-10T06:20:00.000Z'],
    [{ $dateTrunc: { date: '$t', unit: 'quarter' } }, 'date 2024-01-01T00:00:00.000Z'],
    [{ $dateToString: { date: '$t', format: '%Y-%m-%d %H:%M %z', timezone: zone } }, '"2024-03-10 01:30 -0500"'],
    [{ $dateToString: { date: '$t' } }, '"2024-03-10T06:30:45.123Z"'],
    [{ $dateToString: { date: '$t', format: '%Q' } }, 'error 18536'],
    [{ $dateFromString: { dateString: '2024-07-01T08:00', timezone: zone } }, 'date 2024-07-01T12:00:00.000Z'],
    [{ $dateFromString: { dateString: '1.2.2024', format: '%d.%m.%Y' } }, 'date 2024-02-01T00:00:00.000Z'],
    [{ $dateFromString: { dateString: 'soon' } }, 'error 241'],
    [{ $dateFromParts: { year: 2024, month: 14, day: 1 } }, 'date 2025-02-01T00:00:00.000Z'],
    [{ $dateFromParts: { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 7 } }, 'date 2021-01-03T00:00:00.000Z'],
    [
      { $dateToParts: { date: '$t', timezone: 'Asia/Kolkata' } },
      '{year: int 2024, month: int 3, day: int 10, hour: int 12, minute: int 0, second: int 45, millisecond: int 123}',
    ],
    [{ $hour: { date: '$t', timezone: 'Mars/Base' } }, 'error 40485'],
    [{ $hour: { date: '$t', timezone: '+05:30' } }, 'int 12'],
    [{ $dateAdd: { startDate: '$t', unit: 'age', amount: 1 } }, 'error 9'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})
