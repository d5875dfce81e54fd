import { viewDocs } from '../aggregate/views.ts'
import * as T from '../bson/types.ts'
import { docValue, Fields, findField, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { equalityKeys } from '../collation/text-keys.ts'
import { type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import { compareValues } from '../keys/compare.ts'
import type { TextKey } from '../keys/encode.ts'
import { keyOf } from '../keys/extract.ts'
import { type Path, pathOf } from '../keys/path.ts'
import { choosePlan } from '../plan/choose.ts'
import { countByIndex } from '../plan/scan.ts'
import { okReply } from '../reply.ts'
import { streamRows } from './rows.ts'
import { checkViewCollation, collated, hintIn, hintOf } from './statement-args.ts'

export const count: Command = {
  fields: fields('query', 'limit', 'skip', 'hint', 'collation', 'fields'),
  run: (call) => {
    const { engine, args, db } = call
    const collection = engine.catalog.find(db, args.collection())
    checkViewCollation(args, collection)
    hintIn(args)
    const scope = collated({}, args, collection)
    const filter = parseFilter(args.doc('query'), scope)
    const skip = args.count('skip') ?? 0
    const limit = Math.abs(args.number('limit') ?? 0)
    let n = 0
    if (collection?.options.viewOn) for (const _doc of viewDocs(engine, db, args.collection(), filter)) n++
    else if (collection) {
      const wish = {
        filter,
        sort: [],
        limit: limit ? limit + skip : 0,
        ...scope,
        ...hintOf(collection, hintIn(args)),
      }
      const plan = choosePlan(collection, wish)
      const quick = countByIndex(collection, plan)
      if (quick === undefined) for (const _row of streamRows(collection, wish, plan)) n++
      else n = quick
    }
    n = Math.max(n - skip, 0)
    return okReply({ n: limit ? Math.min(n, limit) : n })
  },
}

interface Out {
  readonly found: Map<string, Value>
  readonly textKey: TextKey | undefined
}

const addTo = ({ found, textKey }: Out, v: Value): void => {
  const key = keyOf(v, textKey).toString('latin1')
  if (!found.has(key)) found.set(key, v)
}

const collect = (v: Value | undefined, path: Path, depth: number, out: Out): void => {
  if (!v) return
  if (v.type === T.ARRAY) {
    const items = new Fields(v.buf, v.start)
    for (let i = 0; items.next(); i++) {
      if (depth === path.names.length) addTo(out, items.value)
      else if (items.type === T.OBJECT) collect(items.value, path, depth, out)
      else if (i === path.positions[depth]) collect(items.value, path, depth + 1, out)
    }
  } else if (depth === path.names.length) {
    addTo(out, v)
  } else if (v.type === T.OBJECT) collect(findField(v.buf, v.start, path.names[depth] as Buffer), path, depth + 1, out)
}

export const distinct: Command = {
  fields: fields('key', 'query', 'collation', 'hint'),
  run: (call) => {
    const { engine, args, db } = call
    const key = args.text('key')
    if (key === undefined) throw new CommandError(40414, "BSON field 'distinct.key' is missing but a required field")
    const path = pathOf(key)
    const collection = engine.catalog.find(db, args.collection())
    checkViewCollation(args, collection)
    hintIn(args)
    const scope = collated({}, args, collection)
    const filter = parseFilter(args.doc('query'), scope)
    const found = new Map<string, Value>()
    const textKey = equalityKeys(scope.collation)
    const add = (doc: Buffer): void => collect(docValue(doc), path, 0, { found, textKey })
    if (collection?.options.viewOn) for (const doc of viewDocs(engine, db, args.collection(), filter)) add(doc)
    else if (collection) {
      const wish = { filter, sort: [], limit: 0, ...scope, ...hintOf(collection, hintIn(args)) }
      for (const row of streamRows(collection, wish, choosePlan(collection, wish))) add(row.doc)
    }
    const sorted = [...found.values()].sort((a, b) => compareValues(a, b, scope.collation))
    const w = new Writer(1024)
    const root = w.open()
    w.name(T.ARRAY, 'values')
    const list = w.open()
    sorted.forEach((v, i) => {
      w.value(String(i), v)
    })
    w.close(list)
    w.fieldDouble('ok', 1)
    w.close(root)
    return w.done()
  },
}
