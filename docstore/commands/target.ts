import type { Args } from '../args.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import type { Collection } from '../store/collection.ts'
import { validatorOf } from '../store/validator.ts'

/** The collection a write goes to, and its validator. */
export interface Target {
  readonly collection: Collection
  /** throws 121 for a document the collection's validator refuses */
  readonly check: (doc: Buffer) => void
}

const unchecked = (): void => {}

/** The collection named by a write command, made if it is new; the group's transaction is open afterwards. */
export const writable = (engine: Engine, db: string, args: Args): Target => {
  const name = args.collection()
  const existing = engine.catalog.find(db, name)
  if (existing?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${name} is a view, not a collection`)
  engine.commit.start()
  const collection = existing ?? engine.catalog.create(db, name, {})
  const bypass = args.bool('bypassDocumentValidation') ?? false
  return { collection, check: bypass ? unchecked : (validatorOf(collection) ?? unchecked) }
}
