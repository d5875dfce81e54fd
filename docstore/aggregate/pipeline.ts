import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import type { Context, Stage } from './context.ts'
import { matchesFirst } from './reorder.ts'
import { checkPlace, stageNamed } from './stages.ts'

const MAX_STAGES = 1000

/** Parses the stages of a pipeline. Throws 40323, 40324 and what is wrong inside of them; nothing is read. */
export const parsePipeline = (stages: readonly Value[], context: Context): Stage[] => {
  if (stages.length > MAX_STAGES)
    throw new CommandError(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages.`)
  const parsed = stages.map((stage, i) => {
    if (stage.type !== T.OBJECT) throw typeMismatch("Each element of the 'pipeline' array must be an object")
    const [first, another] = entriesOf(stage)
    if (!first || another)
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
    const [name, v] = first
    const make = stageNamed(name)
    checkPlace(name, context, i, i === stages.length - 1)
    return make(v, context)
  })
  return matchesFirst(parsed)
}
