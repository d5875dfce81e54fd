import type { Collation } from '../collation/collation.ts'
import type { Path } from '../keys/path.ts'

/** One field of a sort: its path and 1 or -1. */
export interface SortField {
  readonly path: Path
  readonly direction: 1 | -1
}

/** An order that is asked for; `limit` 0 is all. */
export interface SortWish {
  readonly sort: readonly SortField[]
  readonly limit: number
  readonly collation?: Collation | undefined
}
