import type { CommandError } from '../errors.ts'
import type { Keys } from '../keys/extract.ts'
import { trim } from './capped.ts'
import type { Collection } from './collection.ts'
import { duplicateKey } from './duplicate.ts'
import type { Index } from './index.ts'
import { checkChanged } from './limits.ts'

type Change = (collection: Collection, rid: number, before: Buffer | undefined, after: Buffer | undefined) => void

const noteMultikey = (records: Records, collection: Collection, index: Index): void => {
  if (index.multikey) return
  index.multikey = true
  records.onMultikey(collection, index)
}

/** Writes documents together with their index keys: a document is in all of its indexes or not there at all. */
export class Records {
  /** told when an index first holds several keys of one document */
  onMultikey: (collection: Collection, index: Index) => void
  /** told of every change of a document, for transactions */
  onChange: Change | undefined
  /** called before every change of a document, for errors on purpose: what it throws keeps the change from being made */
  beforeChange: (() => void) | undefined
  /** whether capped collections let go of what is too much: not while a past state is restored */
  caps = true

  constructor(onMultikey: (collection: Collection, index: Index) => void) {
    this.onMultikey = onMultikey
  }

  /**
   * Stores a new document; returns its row number, or the error 11000 that says which unique index already has its key.
   * A duplicate is answered, not thrown: for ingest it is an ordinary answer.
   */
  insert(collection: Collection, doc: Buffer, rid: number = collection.newRid()): number | CommandError {
    const { indexes } = collection
    this.beforeChange?.()
    // all keys first: finding them may throw, and then nothing must have been written
    const entries = indexes.map((index) => index.keysOf(doc))
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i] as Index
      const { keys, multikey } = entries[i] as Keys
      if (multikey) noteMultikey(this, collection, index)
      for (let k = 0; k < keys.length; k++) {
        const key = keys[k] as Buffer
        if (index.claim(key, rid)) continue
        for (const added of keys.slice(0, k)) index.remove.run(added, rid)
        for (let e = 0; e < i; e++)
          for (const added of (entries[e] as Keys).keys) (indexes[e] as Index).remove.run(added, rid)
        return duplicateKey(collection, index, doc, key)
      }
    }
    collection.insertDoc.run(rid, doc)
    collection.countBy(1)
    collection.weighBy(doc.length)
    this.onChange?.(collection, rid, undefined, doc)
    if (collection.options.capped && this.caps) trim(collection, (row) => this.remove(collection, row))
    return rid
  }

  /**
   * Replaces a document in its row. `touched` names the top-level fields that may differ (all of them if left out); indexes over
   * others are not looked at. Returns the error 11000 where a unique index forbids the new keys.
   */
  replace(
    collection: Collection,
    row: { rid: number; doc: Buffer },
    doc: Buffer,
    touched?: ReadonlySet<string>,
  ): CommandError | undefined {
    checkChanged(doc)
    this.beforeChange?.()
    const { rid } = row
    const undo: (() => void)[] = []
    const gone: [Index, Buffer][] = []
    const affected = collection.indexes
      .filter((index) => !touched?.isDisjointFrom(index.tops))
      .map((index) => ({ index, before: index.keysOf(row.doc), after: index.keysOf(doc) }))
    for (const { index, before, after } of affected) {
      if (after.multikey) noteMultikey(this, collection, index)
      for (const key of after.keys) {
        if (before.keys.some((old) => old.equals(key))) continue
        if (!index.claim(key, rid)) {
          for (const step of undo) step()
          return duplicateKey(collection, index, doc, key)
        }
        undo.push(() => index.remove.run(key, rid))
      }
      for (const old of before.keys) if (!after.keys.some((key) => key.equals(old))) gone.push([index, old])
    }
    for (const [index, key] of gone) index.remove.run(key, rid)
    collection.replaceDoc.run(doc, rid)
    collection.weighBy(doc.length - row.doc.length)
    this.onChange?.(collection, rid, row.doc, doc)
    if (collection.options.capped && this.caps) trim(collection, (row) => this.remove(collection, row))
    return undefined
  }

  /** Removes a document and its keys. */
  remove(collection: Collection, row: { rid: number; doc: Buffer }): void {
    this.beforeChange?.()
    for (const index of collection.indexes) for (const key of index.keysOf(row.doc).keys) index.remove.run(key, row.rid)
    collection.deleteDoc.run(row.rid)
    collection.countBy(-1)
    collection.weighBy(-row.doc.length)
    this.onChange?.(collection, row.rid, row.doc, undefined)
  }
}
