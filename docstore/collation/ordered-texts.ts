import type { Collation } from './collation.ts'

/** A text that stands for all that are equal to it, and its label. */
export interface Entry {
  readonly text: string
  readonly label: Buffer
}

/** Where a text is among the entries, or where it would be put. */
export interface Place {
  readonly found: Entry | undefined
  /** the first entry that is greater, when it is not found */
  readonly next: Entry | undefined
  readonly before: Entry | undefined
}

const MAX_CHUNK = 512

/** Texts in the order of a collation, equal ones once. Kept in chunks, so that an insertion moves few of them. */
export class OrderedTexts {
  private readonly collation: Collation
  private readonly chunks: Entry[][] = []

  constructor(collation: Collation) {
    this.collation = collation
  }

  private locate(text: string): { chunk: number; at: number; found: boolean } {
    const { compare } = this.collation
    let low = 0
    let high = this.chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const [first] = this.chunks[middle] as [Entry]
      if (compare(first.text, text) <= 0) low = middle
      else high = middle - 1
    }
    const chunk = this.chunks[low] ?? []
    let from = 0
    let to = chunk.length
    while (from < to) {
      const middle = (from + to) >> 1
      const order = compare((chunk[middle] as Entry).text, text)
      if (order === 0) return { chunk: low, at: middle, found: true }
      if (order < 0) from = middle + 1
      else to = middle
    }
    return { chunk: low, at: from, found: false }
  }

  place(text: string): Place {
    const { chunk, at, found } = this.locate(text)
    const here = this.chunks[chunk]
    if (found) return { found: here?.[at], next: undefined, before: undefined }
    const before = here?.[at - 1] ?? this.chunks[chunk - 1]?.at(-1)
    return { found: undefined, next: here?.[at] ?? this.chunks[chunk + 1]?.[0], before }
  }

  insert(entry: Entry): void {
    const { chunk, at } = this.locate(entry.text)
    const here = this.chunks[chunk]
    if (!here) {
      this.chunks.push([entry])
      return
    }
    here.splice(at, 0, entry)
    if (here.length > MAX_CHUNK) this.chunks.splice(chunk + 1, 0, here.splice(MAX_CHUNK / 2))
  }

  /** Adds an entry that is greater than all there are. */
  append(entry: Entry): void {
    const last = this.chunks.at(-1)
    if (last && last.length < MAX_CHUNK) last.push(entry)
    else this.chunks.push([entry])
  }
}
