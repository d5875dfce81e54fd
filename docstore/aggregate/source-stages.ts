import { createHash } from 'node:crypto'
import { Binary } from 'bson'
import { toBson, valueFromJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { bytesOf, entriesOf, itemsOf, Value } from '../bson/value.ts'
import { collStats, indexStats } from '../commands/statistics.ts'
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

const target = ({ engine, db, coll = '' }: Context, name: string) => {
  const collection = engine.catalog.find(db, coll)
  if (collection?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${coll} is a view, not a collection`)
  if (!collection && name === '$collStats') throw new CommandError(26, `Collection [${db}.${coll}] not found.`)
  return collection
}

const PARTS = ['latencyStats', 'storageStats', 'count', 'queryExecStats']

export const collStatsStage = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(5447000, `$collStats must take a nested object but found: ${typeOf(v)}`)
  const asked = entriesOf(v).map(([key]) => key)
  for (const key of asked)
    if (!PARTS.includes(key)) throw new CommandError(40415, `BSON field '$collStats.${key}' is an unknown field.`)
  return {
    name: '$collStats',
    source: true,
    *run() {
      const collection = target(context, '$collStats')
      if (collection) yield toBson(collStats(context.engine, collection))
    },
  }
}

export const indexStatsStage = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT || entriesOf(v).length > 0)
    throw new CommandError(28803, 'The $indexStats stage specification must be an empty object')
  return {
    name: '$indexStats',
    source: true,
    *run() {
      const collection = target(context, '$indexStats')
      if (collection) for (const doc of indexStats(collection)) yield toBson(doc)
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
