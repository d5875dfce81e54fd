import type { Document } from 'bson'
import { Aggregator } from 'mingo/aggregator'
import { toBson, toJs } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { findRows } from '../commands/rows.ts'
import { CommandError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Collection } from '../store/collection.ts'
import { newDoc } from '../store/new-doc.ts'
import { mingoOptions, runMingo } from './mingo.ts'
import type { Source } from './run.ts'

const insertInto = ({ engine }: Source, collection: Collection, doc: Buffer): void => {
  const outcome = engine.records.insert(collection, newDoc(docValue(doc), engine.now()))
  if (typeof outcome !== 'number') throw outcome
}

/** A copy of every document first, so that a failure leaves the old collection. */
const out = (source: Source, spec: unknown, docs: readonly Buffer[]): void => {
  const { engine } = source
  const { db = source.db, coll } = (typeof spec === 'string' ? { coll: spec } : (spec as Document)) as {
    db?: string
    coll: string
  }
  if (typeof coll !== 'string') throw new CommandError(16990, '$out needs a collection name')
  engine.commit.start()
  const target = engine.catalog.ensure(db, coll)
  for (const row of findRows(target, { filter: parseFilter(undefined), sort: [], limit: 0 }))
    engine.records.remove(target, row)
  for (const doc of docs) insertInto(source, target, doc)
}

interface Merge {
  into: Collection
  on: string[]
  matched: unknown
  unmatched: string
  let: Document
}

const readMerge = ({ engine, db }: Source, spec: unknown): Merge => {
  const given: Document = typeof spec === 'string' ? { into: spec } : (spec as Document)
  const into =
    typeof given.into === 'string' ? { db, coll: given.into } : { db, ...(given.into as { db?: string; coll: string }) }
  const unmatched = given.whenNotMatched ?? 'insert'
  if (!['insert', 'discard', 'fail'].includes(unmatched))
    throw new CommandError(
      2,
      `Enumeration value '${unmatched}' for field '$merge.whenNotMatched' is not a valid value.`,
    )
  engine.commit.start()
  return {
    into: engine.catalog.ensure(into.db, into.coll),
    on: [given.on ?? '_id'].flat(),
    matched: given.whenMatched ?? 'merge',
    unmatched,
    let: given.let ?? { new: '$$ROOT' },
  }
}

const merged = (matched: unknown, old: Buffer, doc: Document): Document => {
  const before = toJs(docValue(old))
  if (matched === 'replace') return { ...doc, _id: before._id }
  if (matched === 'merge') return { ...before, ...doc, _id: before._id }
  const options = mingoOptions({ new: doc })
  return (
    runMingo(() => new Aggregator(matched as Record<string, unknown>[], options).run<Document>([before]))[0] ?? before
  )
}

const merge = (source: Source, spec: unknown, docs: readonly Buffer[]): void => {
  const { into, on, matched, unmatched } = readMerge(source, spec)
  for (const bytes of docs) {
    const doc = toJs(docValue(newDoc(docValue(bytes), source.engine.now())))
    const filter = parseFilter(
      docValue(toBson(Object.fromEntries(on.map((path) => [path, { $eq: doc[path] ?? null }])))),
    )
    const [row] = findRows(into, { filter, sort: [], limit: 1 })
    if (!row && unmatched === 'fail')
      throw new CommandError(13113, '$merge could not find a matching document in the target collection')
    if (!row && unmatched === 'insert') insertInto(source, into, toBson(doc))
    if (!row || matched === 'keepExisting') continue
    if (matched === 'fail') {
      insertInto(source, into, toBson(doc))
      return
    }
    const error = source.engine.records.replace(into, row, toBson(merged(matched, row.doc, doc)))
    if (error) throw error
  }
}

/** Carries out a closing $out or $merge. */
export const runOutput = (source: Source, stage: Document, docs: readonly Buffer[]): void =>
  stage.$out !== undefined ? out(source, stage.$out, docs) : merge(source, stage.$merge, docs)
