import { docValue } from '../bson/value.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { asBuffer, type Collection } from '../store/collection.ts'

const CHUNK = 128

/**
 * The documents of a capped collection in the order they came, those that are still to come among them: at its end `next` says
 * done, and asked again it gives what has arrived. Throws 136 when the place it stands at was overwritten.
 */
export class Tail implements Iterable<Buffer>, Iterator<Buffer> {
  private readonly engine: Engine
  private readonly collection: Collection
  private readonly filter: Node
  private readonly shown: (row: { rid: number; doc: Buffer }) => Buffer
  private readonly left: { skip: number; limit: number }
  private at = -1
  private chunk: { rid: number; doc: Buffer }[] = []

  constructor(
    engine: Engine,
    collection: Collection,
    filter: Node,
    shown: (row: { rid: number; doc: Buffer }) => Buffer,
    left: { skip: number; limit: number },
  ) {
    this.left = left
    this.engine = engine
    this.collection = collection
    this.filter = filter
    this.shown = shown
  }

  [Symbol.iterator](): Iterator<Buffer> {
    return this
  }

  private read(): void {
    const { collection, engine } = this
    if (engine.catalog.byId(collection.id) !== collection)
      throw new CommandError(175, `collection dropped while a cursor was open: ${collection.ns}`)
    if (this.at >= 0 && !collection.fetch(this.at))
      throw new CommandError(136, 'CollectionScan died due to position in capped collection being deleted.')
    const rows = collection.nextDocs.all(this.at, CHUNK) as unknown as [number, Uint8Array][]
    this.chunk = rows.map(([rid, doc]) => ({ rid, doc: asBuffer(doc) }))
  }

  next(): IteratorResult<Buffer> {
    while (this.left.limit > 0) {
      if (this.chunk.length === 0) this.read()
      const row = this.chunk.shift()
      if (!row) return { done: true, value: undefined }
      this.at = row.rid
      if (!matches(this.filter, docValue(row.doc)) || this.left.skip-- > 0) continue
      this.left.limit--
      return { done: false, value: this.shown(row) }
    }
    return { done: true, value: undefined }
  }
}
