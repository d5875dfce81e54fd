import { Long } from 'bson'
import * as T from '../bson/types.ts'
import { itemsOf, type Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import type { OpenCursor } from '../cursors.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { Later } from '../later.ts'
import { resumeDeadline, timeLeftMs } from '../plan/deadline.ts'
import { cursorReply, okReply } from '../reply.ts'

const AWAIT_MS = 1000

/** Throws Later while a cursor that waits for data has none and still may wait. */
const waitForMore = (nowMs: number, cursor: OpenCursor, waitMs: number): void => {
  if (!cursor.results.tail?.awaitData) return
  cursor.waitUntilMs ??= nowMs + waitMs
  if (nowMs < cursor.waitUntilMs && !cursor.results.peek()) throw new Later()
  cursor.waitUntilMs = undefined
}

export const getMore: Command = {
  fields: fields('collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'),
  run: ({ engine, args, db }) => {
    const v = args.fields.get('getMore')
    if (!v || v.type === T.NULL)
      throw new CommandError(40414, "BSON field 'getMore.getMore' is missing but a required field")
    if (v.type !== T.INT64)
      throw new CommandError(
        14,
        `BSON field 'getMore.getMore' is the wrong type '${T.typeName(v.type)}', expected type 'long'`,
      )
    const id = v.buf.readBigInt64LE(v.start)
    const name = args.text('collection')
    if (name === undefined)
      throw new CommandError(40414, "BSON field 'getMore.collection' is missing but a required field")
    if (name === '') throw new CommandError(73, 'Collection names cannot be empty')
    const term = args.get('term')
    if (term && term.type !== T.INT64)
      throw typeMismatch(`BSON field 'getMore.term' is the wrong type '${T.typeName(term.type)}', expected type 'long'`)
    const ns = `${db}.${name}`
    const size = args.count('batchSize') || Number.POSITIVE_INFINITY
    const cursor = engine.cursors.get(id, ns)
    const { results } = cursor
    if (args.get('maxTimeMS') && !results.tail?.awaitData)
      throw new CommandError(2, 'cannot set maxTimeMS on getMore command for a non-awaitData cursor')
    waitForMore(engine.now(), cursor, args.number('maxTimeMS') ?? AWAIT_MS)
    try {
      if (!results.tail) resumeDeadline(cursor.leftMs)
      const reply = cursorReply(ns, 'nextBatch', results, size, () => id)
      if (!results.tail && !results.peek()) engine.cursors.remove(id)
      if (!results.tail) cursor.leftMs = timeLeftMs()
      return reply
    } catch (error) {
      engine.cursors.remove(id)
      throw error
    }
  },
}

const idsIn = (list: Value): bigint[] =>
  [...itemsOf(list).entries()]
    .filter(([, v]) => v.type !== T.NULL)
    .map(([i, v]) => {
      if (v.type === T.INT64) return v.buf.readBigInt64LE(v.start)
      throw typeMismatch(
        `BSON field 'killCursors.cursors.${i}' is the wrong type '${T.typeName(v.type)}', expected type 'long'`,
      )
    })

export const killCursors: Command = {
  fields: fields('cursors'),
  run: ({ engine, args }) => {
    const list = args.get('cursors')
    if (!list) throw new CommandError(40414, "BSON field 'killCursors.cursors' is missing but a required field")
    if (list.type !== T.ARRAY)
      throw typeMismatch(
        `BSON field 'killCursors.cursors' is the wrong type '${T.typeName(list.type)}', expected type 'array'`,
      )
    args.collection()
    const killed: Long[] = []
    const unknown: Long[] = []
    for (const id of idsIn(list)) {
      ;(engine.cursors.has(id) ? killed : unknown).push(Long.fromBigInt(id))
      engine.cursors.remove(id)
    }
    return okReply({ cursorsKilled: killed, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [] })
  },
}
