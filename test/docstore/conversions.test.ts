import { ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { compute, dbl, int, long } from './compute.ts'

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
    [{ $toString: dbl(1e-7) }, '"1e-07"'],
    [{ $toString: dbl(0.0001) }, '"0.0001"'],
    [{ $toString: dbl(1e15) }, '"1000000000000000"'],
    [{ $toString: dbl(-1.5e16) }, '"-1.5e+16"'],
    [{ $toString: dbl(0.1 + 0.2) }, '"0.30000000000000004"'],
    [{ $toLower: dbl(1234567) }, '"1.23457e+06"'],
    [{ $substrBytes: [dbl(1.23456789), 0, 9] }, '"1.23457"'],
    [{ $toUpper: new Timestamp({ t: 1704067200, i: 42 }) }, '"JAN  1 00:00:00:42"'],
    [{ $indexOfCP: ['hello', 'llo', 0, 4] }, 'int 2'],
    [{ $indexOfCP: ['hello', 'llo', 0, 2] }, 'int -1'],
    [{ $indexOfCP: ['😀b', 'b', 1] }, 'int 1'],
    [{ $indexOfCP: ['hello', '', 5] }, 'int -1'],
    [{ $indexOfCP: ['', ''] }, 'int 0'],
    [{ $indexOfCP: ['hello', 'l', '$none'] }, 'error 40096'],
    [{ $trim: { input: int(5), chars: null } }, 'error 50699'],
    [{ $toDouble: '1e309' }, 'error 241'],
    [{ $toDouble: '1e-1000' }, 'error 241'],
    [{ $toInt: ['1', '2'] }, 'error 50723'],
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
    [{ $convert: { input: null, to: int(99) } }, 'error 9'],
    [{ $convert: { input: '7', to: { type: 'int' } } }, 'int 7'],
    [{ $convert: { input: '7', to: { subtype: 4 } } }, 'error 9'],
    [{ $type: '$l' }, '"long"'],
    [{ $type: '$none' }, '"missing"'],
    [{ $type: '$m' }, '"decimal"'],
    [{ $isNumber: '$d' }, 'bool true'],
    [{ $tsSecond: new Timestamp({ t: 5, i: 2 }) }, 'long 5'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})

describe('binary data and text', () => {
  const UUID = '01020304-0506-0708-090a-0b0c0d0e0f10'
  const made = (input: unknown, format: unknown, subtype: unknown = 0): unknown => ({
    $convert: { input, to: { type: 'binData', subtype }, format },
  })
  const there = (input: unknown, format: string, subtype = 0): unknown => ({
    $convert: { input: made(input, format, subtype), to: 'string', format },
  })
  it.each<[unknown, string]>([
    [there('Pj4+Pg==', 'base64'), '"Pj4+Pg=="'],
    [there('Pj4-Pg', 'base64url'), '"Pj4-Pg"'],
    [there('68656c6C', 'hex'), '"68656C6C"'],
    [there('Zoë', 'utf8'), '"Zoë"'],
    [there(UUID, 'uuid', 4), `"${UUID}"`],
    [{ $toString: { $toUUID: UUID.toUpperCase() } }, `"${UUID}"`],
    [{ $toString: made('hi', 'utf8') }, '"aGk="'],
    [{ $type: { $toUUID: UUID } }, '"binData"'],
    [{ $toUUID: null }, 'null'],
    [{ $toUUID: 'x' }, 'error 241'],
    [{ $convert: { input: made('gA==', 'base64'), to: 'string', format: 'utf8' } }, 'error 241'],
    [made('Pj4-Pg==', 'base64'), 'error 241'],
    [made('Pj4+P', 'base64'), 'error 241'],
    [made('abc', 'hex'), 'error 241'],
    [made('hi', 'auto'), 'error 241'],
    [made(UUID, 'uuid'), 'error 241'],
    [made('hi', 'utf8', 4), 'error 241'],
    [made(int(1), 'hex'), 'error 241'],
    [made(made('hi', 'utf8'), null, 5), 'error 241'],
    [made('hi', null), 'error 4341115'],
    [made('hi', 5), 'error 4341114'],
    [made('hi', 'BASE64'), 'error 4341125'],
    [made('hi', 'utf8', 'x'), 'error 4341108'],
    [made('hi', 'utf8', 1.5), 'error 4341106'],
    [made('hi', 'utf8', 127), 'error 4341107'],
    [{ $convert: { input: 'hi', to: 'binData', onError: 1 } }, 'error 4341115'],
  ])('%j is %s', (expression, expected) => {
    expect(compute(expression)).toBe(expected)
  })
})
