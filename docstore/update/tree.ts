import * as T from '../bson/types.ts'
import { Fields, Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'

/** A field of a document that a path led to: its bytes, from its type to its end, and what has become of it. */
interface Spot {
  readonly at: number
  readonly start: number
  readonly end: number
  /** undefined: it was removed */
  tree: Tree | undefined
}

/**
 * A document being updated. What is not touched stays the bytes it was, so every type and the order of fields survive;
 * a container is taken apart only when a path leads into it, and of a document only the fields on the path.
 */
export class Tree {
  readonly value: Value
  private parts: Tree[] | undefined
  private readonly spots = new Map<string, Spot>()
  private readonly added = new Map<string, Tree>()

  constructor(value: Value) {
    this.value = value
  }

  get type(): number {
    return this.value.type
  }

  /** The elements of an array, to be read and changed. */
  get items(): Tree[] {
    if (this.parts) return this.parts
    const parts: Tree[] = []
    const walk = new Fields(this.value.buf, this.value.start)
    while (walk.next()) parts.push(new Tree(walk.value))
    this.parts = parts
    return parts
  }

  set items(parts: Tree[]) {
    this.parts = parts
  }

  /** A field of a document or an element of an array, to be read and changed. */
  child(name: string): Tree | undefined {
    if (this.type === T.OBJECT) return this.added.get(name) ?? this.spot(name)?.tree
    if (this.type === T.ARRAY) return /^\d+$/.test(name) ? this.items[Number(name)] : undefined
    return undefined
  }

  /** Gives a field of a document another value in its place; a new field comes last. */
  set(name: string, tree: Tree): void {
    const spot = this.spot(name)
    if (spot?.tree) spot.tree = tree
    else this.added.set(name, tree)
  }

  /** Removes a field of a document. */
  delete(name: string): void {
    const spot = this.spot(name)
    if (spot) spot.tree = undefined
    this.added.delete(name)
  }

  private spot(name: string): Spot | undefined {
    const known = this.spots.get(name)
    if (known) return known
    const wanted = Buffer.from(name)
    const walk = new Fields(this.value.buf, this.value.start)
    while (walk.next()) {
      if (!walk.nameIs(wanted)) continue
      const { nameStart, start, end, value } = walk
      const spot = { at: nameStart - 1, start, end, tree: new Tree(value) }
      this.spots.set(name, spot)
      return spot
    }
    return undefined
  }

  private writeTo(w: Writer): void {
    const { buf, start, end } = this.value
    if (this.parts) this.writeItems(w, this.parts)
    else if (this.spots.size > 0 || this.added.size > 0) this.writeFields(w)
    else w.raw(buf, start, end)
  }

  private writeItems(w: Writer, parts: readonly Tree[]): void {
    const mark = w.open()
    for (const [i, part] of parts.entries()) {
      w.name(part.type, indexName(i))
      part.writeTo(w)
    }
    w.close(mark)
  }

  private writeFields(w: Writer): void {
    const { buf, start, end } = this.value
    const mark = w.open()
    let from = start + 4
    for (const spot of [...this.spots.values()].sort((a, b) => a.at - b.at)) {
      w.raw(buf, from, spot.at)
      from = spot.end
      if (!spot.tree) continue
      w.byte(spot.tree.type)
      w.raw(buf, spot.at + 1, spot.start)
      spot.tree.writeTo(w)
    }
    w.raw(buf, from, end - 1)
    for (const [name, tree] of this.added) {
      w.name(tree.type, name)
      tree.writeTo(w)
    }
    w.close(mark)
  }

  /** The value with its changes, as bytes of its own. */
  toValue(): Value {
    if (!this.parts && this.spots.size === 0 && this.added.size === 0) return this.value
    const w = new Writer(this.value.end - this.value.start + 128)
    this.writeTo(w)
    const bytes = w.done()
    return new Value(bytes, this.type, 0, bytes.length)
  }
}

const EMPTY = Buffer.from([5, 0, 0, 0, 0])
export const emptyDoc = (): Tree => new Tree(new Value(EMPTY, T.OBJECT, 0, 5))
export const emptyArray = (): Tree => new Tree(new Value(EMPTY, T.ARRAY, 0, 5))
export const nullTree = (): Tree => new Tree(new Value(EMPTY, T.NULL, 0, 0))
