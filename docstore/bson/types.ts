/** BSON type bytes, as they stand before each field's name. */
export const DOUBLE = 0x01
export const STRING = 0x02
export const OBJECT = 0x03
export const ARRAY = 0x04
export const BINARY = 0x05
export const UNDEFINED = 0x06
export const OBJECT_ID = 0x07
export const BOOL = 0x08
export const DATE = 0x09
export const NULL = 0x0a
export const REGEX = 0x0b
export const DB_POINTER = 0x0c
export const CODE = 0x0d
export const SYMBOL = 0x0e
export const CODE_W_SCOPE = 0x0f
export const INT32 = 0x10
export const TIMESTAMP = 0x11
export const INT64 = 0x12
export const DECIMAL = 0x13
export const MIN_KEY = 0xff
export const MAX_KEY = 0x7f

const ALIASES: Record<string, number> = {
  double: DOUBLE,
  string: STRING,
  object: OBJECT,
  array: ARRAY,
  binData: BINARY,
  undefined: UNDEFINED,
  objectId: OBJECT_ID,
  bool: BOOL,
  date: DATE,
  null: NULL,
  regex: REGEX,
  dbPointer: DB_POINTER,
  javascript: CODE,
  symbol: SYMBOL,
  javascriptWithScope: CODE_W_SCOPE,
  int: INT32,
  timestamp: TIMESTAMP,
  long: INT64,
  decimal: DECIMAL,
  minKey: MIN_KEY,
  maxKey: MAX_KEY,
}

const NAME_BY_TYPE = new Map(Object.entries(ALIASES).map(([name, type]) => [type, name]))

/** The type byte of an alias such as "int", undefined if there is none. */
export const typeOfAlias = (alias: string): number | undefined =>
  Object.hasOwn(ALIASES, alias) ? ALIASES[alias] : undefined

/** The alias of a type byte: "int", "objectId", ... */
export const typeName = (type: number): string => NAME_BY_TYPE.get(type) ?? `type ${type}`

export const isNumeric = (type: number): boolean =>
  type === INT32 || type === DOUBLE || type === INT64 || type === DECIMAL

/** Place of a type in MongoDB's comparison order; types of one rank are compared by value. */
export const rankOf = (type: number): number => {
  switch (type) {
    case MIN_KEY:
      return 0x0a
    case UNDEFINED:
      return 0x10
    case NULL:
      return 0x14
    case INT32:
    case INT64:
    case DOUBLE:
    case DECIMAL:
      return 0x20
    case STRING:
    case SYMBOL:
      return 0x30
    case OBJECT:
      return 0x40
    case ARRAY:
      return 0x50
    case BINARY:
      return 0x60
    case OBJECT_ID:
      return 0x70
    case BOOL:
      return 0x80
    case DATE:
      return 0x90
    case TIMESTAMP:
      return 0xa0
    case REGEX:
      return 0xb0
    case DB_POINTER:
      return 0xb8
    case CODE:
      return 0xc0
    case CODE_W_SCOPE:
      return 0xc8
    default:
      return 0xf0
  }
}
