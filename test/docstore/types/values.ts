import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { Raw, textBytes } from './bytes.ts'

const oid = new ObjectId('0102030405060708090a0b0c')
const decimals = ['0', '-0', '0E-6176', '-0E+3', '1.0', '1.000', '10E-1', '9.999999999999999999999999999999999E+6144']
const specials = ['1E-6176', 'NaN', 'Infinity', '-Infinity', '1234567890123456789012345678901234', '0.10']
const subtypes = [0, 1, 3, 4, 5, 6, 7, 8, 9, 128, 255]
const longs = ['9223372036854775807', '-9223372036854775808', '0', '1', '9007199254740993']
const doubles = [0, -0, 1, 1.5, 5e-324, 2 ** 53 + 2, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity]

/** What a driver can send: the name of a value, and the value. */
export const SENDABLE: readonly (readonly [what: string, value: unknown])[] = [
  ...[0, -1, 2147483647, -2147483648].map((n) => [`the int ${n}`, new Int32(n)] as const),
  ...longs.map((n) => [`the long ${n}`, Long.fromString(n)] as const),
  ...doubles.map((n) => [`the double ${Object.is(n, -0) ? '-0' : n}`, new Double(n)] as const),
  ...[...decimals, ...specials].map((n) => [`the decimal ${n}`, Decimal128.fromString(n)] as const),
  ...[0, -1, 253402300799999, -62135596800001, 8.64e15, -8.64e15].map(
    (ms) => [`the time ${ms}`, new Date(ms)] as const,
  ),
  ...subtypes.map((n) => [`bytes of subtype ${n}`, new Binary(Buffer.alloc(16, 7), n)] as const),
  ['bytes of subtype 2', new Binary(Buffer.from('old'), 2)],
  ['no bytes', new Binary(Buffer.alloc(0))],
  ['an id', oid],
  ['a timestamp', new Timestamp({ t: 4294967295, i: 4294967295 })],
  ['a timestamp of the first second', new Timestamp({ t: 1, i: 0 })],
  ['a pattern with options', new BSONRegExp('^a/b\\n"', 'imsx')],
  ['an empty pattern', new BSONRegExp('', '')],
  ['the smallest key', new MinKey()],
  ['the greatest key', new MaxKey()],
  ['code', new Code('return "ä"')],
  ['code with a scope', new Code('return x', { x: new Long(1), y: { z: [new Double(2)] } })],
  ['a symbol', new BSONSymbol('old')],
  ['nothing', null],
  ['yes', true],
  ['no', false],
  ['an empty text', ''],
  ['a text of many alphabets', 'ä中\u{1f600}é'],
  ['a text with NUL in it', 'a\0b\0'],
  ['an empty document', {}],
  ['an empty list', []],
  [
    'lists in lists',
    [
      [[new Long(1)], []],
      [null, [new Double(1)]],
    ],
  ],
  ['documents in lists in documents', { a: [{ b: [{ c: new Int32(1) }] }, {}] }],
  ['a reference', { $ref: 'deals', $id: oid }],
  ['a reference to another database', { $ref: 'deals', $id: new Long(7), $db: 'other', more: 1 }],
  ['an empty name', { '': new Long(1), a: { '': '' } }],
  ['a name with dots', { 'a.b': 1, '.': 2, 'c.': 3 }],
  ['a name with a dollar', { b$: { $in: [new Double(1)] }, $price: 1 }],
  [
    'names every object of JavaScript has',
    JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":{},"hasOwnProperty":[]}'),
  ],
  ['names that are numbers, out of order', new Raw(3, Buffer.from('13000000103200010000001031000200000000', 'hex'))],
]

/** What only old programs have left in databases. */
export const ANCIENT: readonly (readonly [what: string, value: Raw])[] = [
  ['undefined', new Raw(6, Buffer.alloc(0))],
  ['a pointer', new Raw(12, Buffer.concat([textBytes('old.deals'), oid.id]))],
  ['two fields of one name', new Raw(3, Buffer.from('13000000106100010000001061000200000000', 'hex'))],
  ['a number that is not a number, of other bits', new Raw(1, Buffer.from('010000000000f8ff', 'hex'))],
  ['a list whose names are not counted', new Raw(4, Buffer.from('13000000103700010000001038000200000000', 'hex'))],
]
