import * as T from '../bson/types.ts'
import { Fields, Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'

/**
 * A document being updated. What is not touched stays the bytes it was, so every type and the order of fields survive;
 * a container is taken apart only when a path leads into it.
 */
export class Tree {
  readonly value: Value
  private parts: Map<string, Tree> | Tree[] | undefined

  constructor(value: Value) {
    this.value = value
  }

  get type(): number {
    return this.value.type
  }

  /** The fields of a document, to be read and changed. */
  get fields(): Map<string, Tree> {
    if (this.parts instanceof Map) return this.parts
    const parts = new Map<string, Tree>()
    const walk = new Fields(this.value.buf, this.value.start)
    while (walk.next()) parts.set(walk.name, new Tree(walk.value))
    this.parts = parts
    return parts
  }

  /** The elements of an array, to be read and changed. */
  get items(): Tree[] {
    if (Array.isArray(this.parts)) return this.parts
    const parts: Tree[] = []
    const walk = new Fields(this.value.buf, this.value.start)
    while (walk.next()) parts.push(new Tree(walk.value))
    this.parts = parts
    return parts
  }

  set items(parts: Tree[]) {
    this.parts = parts
  }

  child(name: string): Tree | undefined {
    if (this.type === T.OBJECT) return this.fields.get(name)
    if (this.type === T.ARRAY) return /^\d+$/.test(name) ? this.items[Number(name)] : undefined
    return undefined
  }

  private writeTo(w: Writer): void {
    if (!this.parts) {
      w.raw(this.value.buf, this.value.start, this.value.end)
      return
    }
    const mark = w.open()
    if (Array.isArray(this.parts))
      this.parts.forEach((part, i) => {
        w.name(part.type, indexName(i))
        part.writeTo(w)
      })
    else
      for (const [name, part] of this.parts) {
        w.name(part.type, name)
        part.writeTo(w)
      }
    w.close(mark)
  }

  /** The value with its changes, as bytes of its own. */
  toValue(): Value {
    if (!this.parts) return this.value
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
