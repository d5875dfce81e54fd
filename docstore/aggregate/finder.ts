import * as T from '../bson/types.ts'
import { docValue, Fields, findField, isEmptyDoc, Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'
import type { Collation } from '../collation/collation.ts'
import { equalityKeys } from '../collation/text-keys.ts'
import { NULL_VALUE } from '../expression/make.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { eqTest, inTest } from '../filter/tests.ts'
import { extractKeys, keyOf } from '../keys/extract.ts'
import { type Path, pathOf } from '../keys/path.ts'
import { choosePlan } from '../plan/choose.ts'
import { matchingRows } from '../plan/scan.ts'
import type { Collection } from '../store/collection.ts'

/** The values of a field that a join matches by: elements of arrays each, null for nothing. */
export const joinValues = (doc: Buffer, path: Path): Value[] => {
  const out: Value[] = []
  const collect = (v: Value | undefined, depth: number): void => {
    if (v?.type === T.ARRAY) {
      const items = new Fields(v.buf, v.start)
      if (depth === path.names.length && isEmptyDoc(v)) out.push(NULL_VALUE)
      for (let i = 0; items.next(); i++) {
        if (depth === path.names.length) out.push(items.value)
        else if (items.type === T.OBJECT) collect(items.value, depth)
        else if (i === path.positions[depth]) collect(items.value, depth + 1)
      }
    } else if (depth === path.names.length) out.push(v ?? NULL_VALUE)
    else if (v?.type === T.OBJECT) collect(findField(v.buf, v.start, path.names[depth] as Buffer), depth + 1)
    else out.push(NULL_VALUE)
  }
  collect(docValue(doc), 0)
  return out
}

/** The condition that a field equals one of these; patterns are values here, not searches. */
export const equalsAny = (path: Path, values: readonly Value[], collation: Collation | undefined): Node => {
  const patterns = values.filter((v) => v.type === T.REGEX)
  const plain: Node = {
    kind: 'field',
    path,
    test: inTest(
      values.filter((v) => v.type !== T.REGEX),
      collation,
    ),
  }
  if (patterns.length === 0) return plain
  return { kind: 'or', parts: [plain, ...patterns.map((v): Node => ({ kind: 'field', path, test: eqTest(v) }))] }
}

/** Where the documents of a join come from. */
export interface Foreign {
  readonly collection: Collection | undefined
  /** all documents, when a view or a list stands in the collection's place */
  readonly listed: (() => Iterable<Buffer>) | undefined
}

/** Finds documents by a field: by an index where there is one, else by a table made of all of them at the first question. */
export class Finder {
  private readonly foreign: Foreign
  private readonly path: Path
  private readonly collation: Collation | undefined
  private table: { docs: Buffer[]; byKey: Map<string, number[]> } | undefined
  private readonly textKey

  constructor(foreign: Foreign, field: string, collation: Collation | undefined) {
    this.foreign = foreign
    this.path = pathOf(field)
    this.collation = collation
    this.textKey = equalityKeys(collation)
  }

  /** Documents whose field equals one of the values, in the order of the collection, that satisfy `also`. */
  find(values: readonly Value[], also: Node | undefined): Buffer[] {
    const node = equalsAny(this.path, values, this.collation)
    const filter: Node = also ? { kind: 'and', parts: [node, ...(also.kind === 'and' ? also.parts : [also])] } : node
    const { collection, listed } = this.foreign
    if (collection && !listed) {
      const plan = choosePlan(collection, { filter, sort: [], limit: 0, collation: this.collation })
      if (plan.kind !== 'scan')
        return [...matchingRows(collection, plan, filter)].sort((a, b) => a.rid - b.rid).map(({ doc }) => doc)
    }
    return this.candidates(values).filter((doc) => matches(filter, docValue(doc)))
  }

  private candidates(values: readonly Value[]): Buffer[] {
    const { docs, byKey } = this.tabled()
    if (values.some((v) => v.type === T.ARRAY)) return docs
    const at = new Set<number>()
    for (const v of values) for (const i of byKey.get(this.keyOf(v)) ?? []) at.add(i)
    return [...at].sort((a, b) => a - b).map((i) => docs[i] as Buffer)
  }

  private keyOf(v: Value): string {
    return keyOf(v, this.textKey).toString('latin1')
  }

  private tabled(): { docs: Buffer[]; byKey: Map<string, number[]> } {
    if (this.table) return this.table
    const docs = [...allOf(this.foreign)]
    const byKey = new Map<string, number[]>()
    const fields = [{ path: this.path, direction: 1 as const }]
    for (const [i, doc] of docs.entries())
      for (const key of extractKeys(doc, fields, this.textKey).keys) {
        const text = key.toString('latin1')
        const list = byKey.get(text)
        if (list) list.push(i)
        else byKey.set(text, [i])
      }
    this.table = { docs, byKey }
    return this.table
  }
}

/** Every document of a join's other side. */
export function* allOf({ collection, listed }: Foreign): Generator<Buffer> {
  if (listed) yield* listed()
  else if (collection) {
    const everything: Node = { kind: 'and', parts: [] }
    const plan = choosePlan(collection, { filter: everything, sort: [], limit: 0 })
    for (const { doc } of matchingRows(collection, plan, everything)) yield doc
  }
}

/** Documents as a list. */
export const listOfDocs = (docs: readonly Buffer[]): Value => {
  const w = new Writer(docs.reduce((sum, doc) => sum + doc.length + 12, 64))
  const mark = w.open()
  docs.forEach((doc, i) => {
    w.fieldDoc(indexName(i), doc)
  })
  w.close(mark)
  const buf = w.done()
  return new Value(buf, T.ARRAY, 0, buf.length)
}
