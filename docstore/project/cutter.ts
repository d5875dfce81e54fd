import * as T from '../bson/types.ts'
import { docValue, Fields, isContainer, itemsOf, type Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'
import type { Cut, Cuts } from './cuts.ts'

/** Writes documents with their arrays cut. */
class Cutter {
  private readonly cuts: Cuts
  private readonly doc: Buffer
  private readonly w: Writer
  private readonly late = new Map<string, Value[]>()

  constructor(doc: Buffer, cuts: Cuts) {
    this.doc = doc
    this.cuts = cuts
    this.w = new Writer(doc.length + 64)
  }

  private list(name: string, items: readonly Value[]): void {
    this.w.name(T.ARRAY, name)
    const mark = this.w.open()
    items.forEach((item, i) => {
      this.w.value(indexName(i), item)
    })
    this.w.close(mark)
  }

  /** The cut of an array at a path: its own, or that of the position that is sought below it. */
  private cutAt(path: string): Cut | undefined {
    const { cuts, position } = this.cuts
    return cuts.get(path) ?? (position?.startsWith(`${path}.`) ? cuts.get(position) : undefined)
  }

  private inner(name: string, v: Value, path: string): void {
    this.w.name(v.type, name)
    this.fields(v.start, path, v.type === T.ARRAY)
  }

  private fields(start: number, prefix: string, isList: boolean): void {
    const { w, cuts } = this
    const mark = w.open()
    const fields = new Fields(this.doc, start)
    while (fields.next()) {
      const { name, value } = fields
      const path = isList ? prefix : prefix === '' ? name : `${prefix}.${name}`
      const cut = isList ? undefined : this.cutAt(path)
      const more = isContainer(value.type) && [...cuts.cuts.keys()].some((known) => known.startsWith(`${path}.`))
      if (cut && value.type === T.ARRAY) this.cut(name, path, cut(itemsOf(value), docValue(this.doc)))
      else if (!isList && cuts.all.has(path)) continue
      else if (more && (!isList || value.type === T.OBJECT)) this.inner(name, value, path)
      else w.value(name, value)
    }
    if (prefix === '')
      for (const name of cuts.elements) if (this.late.has(name)) this.list(name, this.late.get(name) ?? [])
    w.close(mark)
  }

  private cut(name: string, path: string, items: Value[]): void {
    if (this.cuts.elements.has(path)) {
      if (items.length) this.late.set(path, items)
    } else if (items.length || !this.elementOf(path)) this.list(name, items)
  }

  private elementOf(path: string): boolean {
    return this.cuts.all.has(path)
  }

  run(): Buffer {
    this.fields(0, '', false)
    return this.w.done()
  }
}

/** A document with its arrays cut. */
export const cutDoc = (doc: Buffer, cuts: Cuts): Buffer => new Cutter(doc, cuts).run()
