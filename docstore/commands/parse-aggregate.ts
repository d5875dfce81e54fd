import type { Stage } from '../aggregate/context.ts'
import { parsePipeline } from '../aggregate/pipeline.ts'
import { matchesFirst } from '../aggregate/reorder.ts'
import type { From } from '../aggregate/run.ts'
import { contextFor, resolve } from '../aggregate/views.ts'
import * as T from '../bson/types.ts'
import { itemsOf, stringOf } from '../bson/value.ts'
import type { Call } from '../command.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { scopeOf } from '../filter/whole.ts'
import { checkViewCollation, collated, hintIn, hintOf, variablesOf } from './statement-args.ts'

/** The pipeline of an aggregate, parsed, behind the stages of the view it may be for. */
export const parseAggregate = ({
  engine,
  args,
  db,
}: Omit<Call, 'connectionId'>): { stages: Stage[]; from: From; name: string } => {
  const target = args.fields.get('aggregate')
  const name = target?.type === T.STRING ? stringOf(target) : ''
  const own = name === '' ? undefined : engine.catalog.find(db, name)
  checkViewCollation(args, own)
  const variables = collated(variablesOf(args), args, own)
  const v = args.get('pipeline')
  if (!v) throw new CommandError(40414, "BSON field 'aggregate.pipeline' is missing but a required field")
  if (v.type !== T.ARRAY) throw typeMismatch("'pipeline' option must be specified as an array")
  const stages = parsePipeline(itemsOf(v), contextFor(engine, db, scopeOf(variables), { coll: name }))
  if (name === '' && !stages[0]?.source)
    throw new CommandError(
      73,
      '{aggregate: 1} is not valid for a pipeline that does not begin with a stage that makes documents',
    )
  if (name !== '' && stages[0]?.name === '$documents')
    throw new CommandError(73, `$documents is not for the collection ${db}.${name}: it needs {aggregate: 1}`)
  const view = name === '' ? undefined : resolve(engine, db, name)
  const collection = view?.collection
  const hint = hintOf(collection, hintIn(args))
  const from = { collection, collation: variables.collation, ...hint }
  return { stages: view?.stages.length ? matchesFirst([...view.stages, ...stages]) : stages, from, name }
}
