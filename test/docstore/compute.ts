import { Decimal128, Double, EJSON, Int32, Long } from 'bson'
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
export const int = (n: number): Int32 => new Int32(n)
export const dbl = (n: number): Double => new Double(n)
export const long = (n: string): Long => Long.fromString(n)
export const dec = (n: string): Decimal128 => Decimal128.fromString(n)
export const day = (text: string): Date => new Date(text)

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

/** What an expression gives for one document: type and value as text, or the code of its error. */
export const compute = (expression: unknown): string => {
  const scope = newScope({ given: valueFromJs(int(42)) as Value }, undefined, NOW)
  const e = entriesOf(docValue(toBson({ e: expression })))[0]?.[1] as Value
  try {
    return shown(askValue(scope, parseExpression(e, scope), docValue(toBson(DOC))))
  } catch (error) {
    if (error instanceof CommandError) return `error ${error.code}`
    throw error
  }
}
