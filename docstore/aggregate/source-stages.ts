import { createHash } from 'node:crypto'
import { Binary } from 'bson'
import { valueFromJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { bytesOf, entriesOf, itemsOf, Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { date, object } from '../expression/make.ts'
import { typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import type { Context, Stage } from './context.ts'

/** Documents that the pipeline itself brings. */
export const documents = (v: Value, { scope }: Context): Stage => {
  const expr = parseExpression(v, scope)
  const check = (list: ReturnType<typeof expr.ask>): Value[] => {
    if (list?.type !== T.ARRAY)
      throw new CommandError(5858203, `an array is expected for $documents, found ${typeOf(list)}`)
    const items = itemsOf(list)
    for (const item of items)
      if (item.type !== T.OBJECT)
        throw new CommandError(40228, `$documents must be an array of documents, found ${typeOf(item)}`)
    return items
  }
  if (expr.fixed) check(expr.ask())
  return {
    name: '$documents',
    source: true,
    *run() {
      for (const item of check(expr.ask())) yield bytesOf(item)
    },
  }
}

/** Nobody in particular: what MongoDB has for a session without a user. */
const NO_USER = createHash('sha256').update('').digest()

export const listLocalSessions = (v: Value, { engine, coll }: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(9, `$listLocalSessions options must be specified in an object, but found: ${typeOf(v)}`)
  for (const [key] of entriesOf(v))
    if (key !== 'allUsers' && key !== 'users')
      throw new CommandError(40415, `BSON field '$listLocalSessions.${key}' is an unknown field.`)
  if (coll)
    throw new CommandError(
      73,
      '$listLocalSessions must be run against the database with {aggregate: 1}, not a collection',
    )
  return {
    name: '$listLocalSessions',
    source: true,
    *run() {
      for (const { lsid, usedAtMs } of engine.sessions.list()) {
        const id = new Value(lsid, T.BINARY, 0, lsid.length)
        yield object([
          [
            '_id',
            object([
              ['id', id],
              ['uid', valueFromJs(new Binary(NO_USER))],
            ]),
          ],
          ['lastUse', date(usedAtMs)],
        ]).buf
      }
    },
  }
}
