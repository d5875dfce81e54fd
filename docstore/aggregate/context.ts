import type { Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import type { Engine } from '../engine.ts'
import type { Scope } from '../expression/scope.ts'
import type { Node } from '../filter/node.ts'
import type { SortField } from '../plan/sort-field.ts'
import type { Collection } from '../store/collection.ts'

/** What a pipeline is parsed for. */
export interface Context {
  readonly engine: Engine
  readonly db: string
  readonly scope: Scope
  /** parses a pipeline inside of this one */
  readonly parse: (stages: readonly Value[], context: Context) => Stage[]
  /** finds a collection, or what a view stands for */
  readonly resolve: (name: string) => Resolved
  /** the stage this pipeline stands inside of */
  readonly inside?: '$facet' | '$lookup' | '$unionWith' | 'view'
  /** somewhere around it is a $facet */
  readonly faceted?: boolean
  /** how many pipelines are around it */
  readonly depth?: number
  /** the collection a pipeline is for, for stages that tell about it */
  readonly coll?: string
}

/** A name's collection, with the stages that stand in front when it is a view. */
export interface Resolved {
  readonly collection: Collection | undefined
  readonly stages: Stage[]
  readonly isView: boolean
  readonly collation: Collation | undefined
}

/** One stage: documents in, documents out. What a plan can answer is told beside it. */
export interface Stage {
  readonly name: string
  readonly run: (rows: Iterable<Buffer>) => Iterable<Buffer>
  readonly match?: Node
  readonly sort?: readonly SortField[]
  readonly skip?: number
  /** $sort: the same, of which only so many are wanted */
  readonly first?: (limit: number) => Stage
  readonly limit?: number
  /** a count of all documents: the field it goes to, and the _id beside it */
  readonly count?: { readonly field: string; readonly id: Buffer | undefined }
  /** $match: the same stage with another condition */
  readonly rematch?: (node: Node) => Stage
  /** the top-level fields it changes, when it leaves all others and looks at each document alone, or only sorts */
  readonly changes?: ReadonlySet<string>
  /** takes no documents: the stage makes them */
  readonly source?: boolean
}
