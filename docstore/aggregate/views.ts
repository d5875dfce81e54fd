import { toBson } from '../bson/js.ts'
import { docValue, entriesOf, itemsOf, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { newScope } from '../expression/new-scope.ts'
import type { Scope } from '../expression/scope.ts'
import type { Node } from '../filter/node.ts'
import type { Wish } from '../plan/choose.ts'
import type { Context, Resolved } from './context.ts'
import { matching } from './list-stages.ts'
import { parsePipeline } from './pipeline.ts'
import { matchesFirst } from './reorder.ts'
import { runPipeline } from './run.ts'

const MAX_DEPTH = 20

/** Values of stages that are kept as JavaScript. */
export const stageValues = (pipeline: unknown): Value[] =>
  itemsOf(entriesOf(docValue(toBson({ p: pipeline ?? [] })))[0]?.[1] as Value)

/** What a pipeline of a command is parsed for. */
export const contextFor = (
  engine: Engine,
  db: string,
  scope: Scope,
  more: Pick<Context, 'inside' | 'coll'> = {},
): Context => ({
  engine,
  db,
  scope,
  parse: parsePipeline,
  resolve: (name) => resolve(engine, db, name),
  ...more,
})

/** Checks the stages of a view that is being made. */
export const checkViewStages = (
  engine: Engine,
  db: string,
  pipeline: unknown,
  collation: Collation | undefined,
): void => {
  const scope = newScope({}, collation, engine.now())
  parsePipeline(stageValues(pipeline), contextFor(engine, db, scope, { inside: 'view' }))
}

/** Follows views to the collection they stand for. Throws 165 for views nested too deeply. */
export const resolve = (engine: Engine, db: string, name: string): Resolved => {
  const first = engine.catalog.find(db, name)
  const collation = first?.collation
  let collection = first
  let values: Value[] = []
  for (let depth = 0; collection?.options.viewOn; depth++) {
    if (depth > MAX_DEPTH) throw new CommandError(165, 'View depth too deep or view cycle detected')
    values = [...stageValues(collection.options.pipeline), ...values]
    collection = engine.catalog.find(db, collection.options.viewOn)
  }
  const isView = first?.options.viewOn !== undefined
  const scope = newScope({}, collation, engine.now())
  const stages = values.length ? parsePipeline(values, contextFor(engine, db, scope, { inside: 'view' })) : []
  return { collection, stages, isView, collation }
}

/** The documents of a view that satisfy a condition, made of its collection's from the first or from the last on. */
export const viewDocs = (
  engine: Engine,
  db: string,
  name: string,
  filter: Node,
  only?: Wish['only'],
): Iterable<Buffer> => {
  const { collection, stages, collation } = resolve(engine, db, name)
  return runPipeline(matchesFirst([...stages, matching(filter)]), { collection, collation, ...(only ? { only } : {}) })
}
