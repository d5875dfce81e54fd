import { EJSON } from 'bson'
import { valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { bytesOf, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'

const numberText = (n: number): string => (Number.isInteger(n) && Math.abs(n) < 1e15 ? `${n}.0` : String(n))

/** A value as MongoDB's shell writes it, which is how its messages show values. */
export const shellText = (v: Value): string => {
  switch (v.type) {
    case T.OBJECT: {
      const fields = entriesOf(v).map(([name, value]) => `${name}: ${shellText(value)}`)
      return fields.length ? `{ ${fields.join(', ')} }` : '{}'
    }
    case T.ARRAY: {
      const items = itemsOf(v).map(shellText)
      return items.length ? `[ ${items.join(', ')} ]` : '[]'
    }
    case T.STRING:
      return JSON.stringify(stringOf(v))
    case T.OBJECT_ID:
      return `ObjectId('${bytesOf(v).toString('hex')}')`
    case T.DATE:
      return `new Date(${v.buf.readBigInt64LE(v.start)})`
    case T.BOOL:
      return v.buf[v.start] === 1 ? 'true' : 'false'
    case T.NULL:
      return 'null'
    case T.DOUBLE:
      return numberText(v.buf.readDoubleLE(v.start))
    case T.INT32:
      return String(v.buf.readInt32LE(v.start))
    case T.INT64:
      return String(v.buf.readBigInt64LE(v.start))
    case T.BINARY:
      return `BinData(${v.buf[v.start + 4]}, ${v.buf.toString('hex', v.start + 5, v.end).toUpperCase()})`
    default:
      return EJSON.stringify(valueToJs(v))
  }
}
