import type { Args } from '../args.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import type { Collection } from '../store/collection.ts'
import { checkMeasurement } from '../store/timeseries.ts'
import { validatorOf } from '../store/validator.ts'

/** The collection a write goes to, and its validator. */
export interface Target {
  /** made by the first look if it is new */
  readonly collection: Collection
  /** undefined as long as nothing was written to a collection that is new */
  readonly existing: Collection | undefined
  /** throws 121 for a document the collection's validator refuses, unless what it takes the place of was no better */
  readonly check: (doc: Buffer, before?: Buffer) => void
}

const unchecked = (): void => {}

const refuseInTransaction = ({ transactions }: Engine, collection: Collection): void => {
  if (!transactions.inside) return
  if (collection.options.capped)
    throw new CommandError(
      263,
      `Collection '${collection.ns}' is a capped collection. Writes in transactions are not allowed on capped collections.`,
    )
  if (collection.options.timeseries)
    throw new CommandError(
      263,
      `Cannot write to a time-series collection in a multi-document transaction: ${collection.ns}`,
    )
}

const checkOf = (collection: Collection, bypass: boolean): Target['check'] => {
  const { timeseries } = collection.options
  if (timeseries) return (doc) => checkMeasurement(doc, timeseries.timeField)
  return (!bypass && validatorOf(collection)) || unchecked
}

/** What no statement can write to: each is refused by itself. */
const refusing = (code: number, message: string): Target => {
  const refuse = (): never => {
    throw new CommandError(code, message)
  }
  return {
    get collection() {
      return refuse()
    },
    get existing() {
      return refuse()
    },
    check: refuse,
  }
}

const NOT_WRITTEN = new Set(['system.views', 'system.profile'])

/** A collection to write to, made by the first write if it is new; the group's transaction is open afterwards. */
export const targetOf = (engine: Engine, db: string, name: string, bypass: boolean): Target => {
  const existing = engine.catalog.find(db, name)
  if (existing?.options.viewOn) return refusing(166, `Namespace ${db}.${name} is a view, not a collection`)
  if (NOT_WRITTEN.has(name)) return refusing(73, `cannot write to ${db}.${name}`)
  if (existing) refuseInTransaction(engine, existing)
  engine.commit.start()
  let known = existing
  return {
    get collection() {
      known ??= engine.catalog.create(db, name, {})
      return known
    },
    get existing() {
      return known
    },
    check: existing ? checkOf(existing, bypass) : unchecked,
  }
}

/** The collection named by a write command. */
export const writable = (engine: Engine, db: string, args: Args): Target =>
  targetOf(engine, db, args.collection(), args.bool('bypassDocumentValidation') ?? false)
