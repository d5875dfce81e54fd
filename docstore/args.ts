import * as T from './bson/types.ts'
import { Fields, findField, itemsOf, stringOf, type Value } from './bson/value.ts'
import { CommandError, typeMismatch } from './errors.ts'
import { readNumber } from './filter/number.ts'

/** Fields any command may carry; what they ask for is answered in dispatch or is of no matter to a single node. */
const GENERIC = new Set([
  '$db',
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'stmtId',
  'stmtIds',
])

const MAX_LONG = 2 ** 63

const roundEven = (n: number): number => {
  const near = Math.round(n)
  return near - n === 0.5 && near % 2 !== 0 ? near - 1 : near
}

const NUMBERS = ['long', 'int', 'decimal', 'double']

/** A command's fields, read with their types checked. Messages name fields as MongoDB does. */
export class Args {
  readonly name: string
  readonly fields = new Map<string, Value>()
  private readonly sequences: ReadonlyMap<string, readonly Value[]>

  constructor(body: Value, sequences: ReadonlyMap<string, readonly Value[]>, name?: string) {
    const walk = new Fields(body.buf, body.start)
    while (walk.next()) {
      const field = walk.name
      if (this.fields.has(field)) throw new CommandError(40413, `BSON field '${field}' is a duplicate field`)
      this.fields.set(field, walk.value)
    }
    this.sequences = sequences
    this.name = name ?? this.fields.keys().next().value ?? ''
  }

  /** Throws 40415 for fields that are neither the command's own nor general. */
  allow(own: ReadonlySet<string>): void {
    for (const field of this.fields.keys())
      if (!own.has(field) && !GENERIC.has(field) && field !== this.name)
        throw new CommandError(40415, `BSON field '${this.name}.${field}' is an unknown field.`)
    for (const field of this.sequences.keys())
      if (!own.has(field)) throw new CommandError(40415, `BSON field '${this.name}.${field}' is an unknown field.`)
  }

  has(field: string): boolean {
    return this.fields.has(field)
  }

  /** The raw value; null counts as not given. */
  get(field: string): Value | undefined {
    const v = this.fields.get(field)
    return v && v.type !== T.NULL && v.type !== T.UNDEFINED ? v : undefined
  }

  private wrong(field: string, v: Value, expected: string): CommandError {
    return typeMismatch(
      `BSON field '${this.name}.${field}' is the wrong type '${T.typeName(v.type)}', expected type '${expected}'`,
    )
  }

  private wrongTypes(field: string, v: Value, expected: readonly string[]): CommandError {
    return typeMismatch(
      `BSON field '${this.name}.${field}' is the wrong type '${T.typeName(v.type)}', expected types '[${expected.join(', ')}]'`,
    )
  }

  doc(field: string): Value | undefined {
    const v = this.get(field)
    if (v && v.type !== T.OBJECT) throw this.wrong(field, v, 'object')
    return v
  }

  text(field: string): string | undefined {
    const v = this.get(field)
    if (v && v.type !== T.STRING) throw this.wrong(field, v, 'string')
    return v && stringOf(v)
  }

  bool(field: string): boolean | undefined {
    const v = this.get(field)
    if (!v) return undefined
    if (v.type === T.BOOL) return v.buf[v.start] === 1
    if (T.isNumeric(v.type)) return readNumber(v) !== 0
    throw this.wrongTypes(field, v, ['bool', ...NUMBERS])
  }

  /** A truth, not a number that stands for one. */
  flag(field: string): boolean | undefined {
    const v = this.get(field)
    if (v && v.type !== T.BOOL) throw this.wrong(field, v, 'bool')
    return v && v.buf[v.start] === 1
  }

  number(field: string): number | undefined {
    const v = this.get(field)
    if (!v) return undefined
    if (!T.isNumeric(v.type)) throw this.wrongTypes(field, v, NUMBERS)
    return readNumber(v)
  }

  /** A number cut to a whole one within 64 bits, decimals rounded to the even one; NaN is 0. */
  whole(field: string): number | undefined {
    const n = this.number(field)
    if (n === undefined || (Number.isInteger(n) && Math.abs(n) < MAX_LONG)) return n
    if (Number.isNaN(n)) return 0
    const cut = this.fields.get(field)?.type === T.DECIMAL ? roundEven(n) : Math.trunc(n)
    return Math.max(-MAX_LONG, Math.min(MAX_LONG, cut)) + 0
  }

  /** A count, 0 or more. */
  count(field: string): number | undefined {
    const n = this.whole(field)
    if (n !== undefined && n < 0)
      throw new CommandError(51024, `BSON field '${field}' value must be >= 0, actual value '${n}'`)
    return n
  }

  /** How many elements a list from the body or from a sequence has; 0 if it is none. */
  length(field: string): number {
    const v = this.fields.get(field)
    return this.sequences.get(field)?.length ?? (v?.type === T.ARRAY ? itemsOf(v).length : 0)
  }

  /** A list of documents from the body or from a sequence of that name. */
  docs(field: string): readonly Value[] {
    const sequence = this.sequences.get(field)
    if (sequence) return sequence
    const v = this.get(field)
    if (!v) throw new CommandError(40414, `BSON field '${this.name}.${field}' is missing but a required field`)
    if (v.type !== T.ARRAY) throw this.wrong(field, v, 'array')
    return itemsOf(v).map((item, i) => {
      if (item.type !== T.OBJECT) throw this.wrong(`${field}.${i}`, item, 'object')
      return item
    })
  }

  /** A flag inside an embedded document; false if there is none. */
  flagIn(field: string, name: string): boolean {
    const doc = this.doc(field)
    const v = doc && findField(doc.buf, doc.start, Buffer.from(name))
    return v?.type === T.BOOL && v.buf[v.start] === 1
  }

  /** A required text that names a collection: the value of the command's own field. */
  collection(): string {
    const v = this.fields.get(this.name)
    if (!v || v.type !== T.STRING)
      throw new CommandError(73, `collection name has invalid type ${v ? T.typeName(v.type) : 'missing'}`)
    const name = stringOf(v)
    if (name === '') throw new CommandError(73, 'Invalid namespace specified: the collection name is empty')
    if (name.startsWith('.') || name.includes('\0')) throw new CommandError(73, `Invalid namespace specified '${name}'`)
    return name
  }
}
