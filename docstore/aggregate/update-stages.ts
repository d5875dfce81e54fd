import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import type { Scope } from '../expression/scope.ts'
import type { Stage } from './context.ts'
import { addFields, type InScope, project, replaceRoot, replaceWith, unset } from './shape-stages.ts'
import { STAGE_NAMES } from './stage-names.ts'

const ALLOWED: ReadonlyMap<string, (v: Value, context: InScope) => Stage> = new Map(
  Object.entries({
    $addFields: addFields,
    $set: addFields,
    $project: project,
    $unset: unset,
    $replaceRoot: replaceRoot,
    $replaceWith: replaceWith,
  }),
)

/** Parses the stages of an update. Throws 72 for those that may not stand in one, 40324 for those that do not exist. */
export const parseUpdateStages = (stages: readonly Value[], scope: Scope): Stage[] =>
  stages.map((stage) => {
    const [first, another] = stage.type === T.OBJECT ? entriesOf(stage) : []
    if (!first || another)
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
    const [name, v] = first
    const make = ALLOWED.get(name)
    if (make) return make(v, { scope })
    if (!STAGE_NAMES.has(name)) throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`)
    throw new CommandError(72, `${name} is not allowed to be used within an update`)
  })
