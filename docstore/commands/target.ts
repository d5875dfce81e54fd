import type { Args } from '../args.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import type { Collection } from '../store/collection.ts'
import { validatorOf } from '../store/validator.ts'

/** The collection a write goes to, and its validator. */
export interface Target {
  /** made by the first look if it is new */
  readonly collection: Collection
  /** undefined as long as nothing was written to a collection that is new */
  readonly existing: Collection | undefined
  /** throws 121 for a document the collection's validator refuses */
  readonly check: (doc: Buffer) => void
}

const unchecked = (): void => {}

/** The collection named by a write command, which makes it if it is new; the group's transaction is open afterwards. */
export const writable = (engine: Engine, db: string, args: Args): Target => {
  const name = args.collection()
  const existing = engine.catalog.find(db, name)
  if (existing?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${name} is a view, not a collection`)
  engine.commit.start()
  const bypass = args.bool('bypassDocumentValidation') ?? false
  const check = (!bypass && existing && validatorOf(existing)) || unchecked
  let known = existing
  return {
    get collection() {
      known ??= engine.catalog.create(db, name, {})
      return known
    },
    get existing() {
      return known
    },
    check,
  }
}
