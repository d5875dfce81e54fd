import { Aggregator } from 'mingo/aggregator'
import { mingoOptions, runMingo } from '../aggregate/mingo.ts'
import { KNOWN as KNOWN_STAGES } from '../aggregate/stages.ts'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, entriesOf, Fields, findField, itemsOf, sameBytes, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import type { Variables } from '../filter/whole.ts'

const STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

const checkStages = (stages: readonly Value[]): void => {
  for (const stage of stages) {
    const names = stage.type === T.OBJECT ? entriesOf(stage).map(([name]) => name) : []
    if (names.length !== 1)
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
    const [name] = names as [string]
    if (!STAGES.has(name) && !KNOWN_STAGES.has(name))
      throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`)
    if (!STAGES.has(name)) throw new CommandError(72, `${name} is not allowed to be used within an update`)
  }
}

/**
 * Puts the result of expressions over the stored document. Expressions compute on promoted numbers; a top-level field they
 * left as it was keeps its stored bytes, so its types do too.
 */
const keepTypes = (doc: Value, plain: Buffer, result: Buffer): Buffer => {
  const w = new Writer(result.length + 64)
  const mark = w.open()
  const fields = new Fields(result, 0)
  const id = findField(doc.buf, doc.start, Buffer.from('_id'))
  if (id) w.value('_id', id)
  while (fields.next()) {
    const name = Buffer.from(fields.name)
    if (name.equals(Buffer.from('_id')) && id) continue
    const stored = findField(doc.buf, doc.start, name)
    const promoted = findField(plain, 0, name)
    w.value(fields.name, stored && promoted && sameBytes(promoted, fields.value) ? stored : fields.value)
  }
  w.close(mark)
  return w.done()
}

/** An update given as aggregation stages. Throws 72 for stages that may not stand in an update. */
export const parsePipelineUpdate = (pipeline: Value, variables: Variables): ((doc: Value) => Buffer | undefined) => {
  const stages = itemsOf(pipeline)
  checkStages(stages)
  const aggregator = runMingo(
    () => new Aggregator(stages.map(valueToJs) as Record<string, unknown>[], mingoOptions(variables.values)),
  )
  return (doc) => {
    const plain = toBson(toJs(doc))
    const [made] = runMingo(() => aggregator.run([toJs(doc)]))
    if (!made) return undefined
    const result = toBson(made)
    const before = findField(plain, 0, Buffer.from('_id'))
    const after = findField(result, 0, Buffer.from('_id'))
    if (before && after && !sameBytes(before, after))
      throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
    const next = keepTypes(doc, plain, result)
    return sameBytes(docValue(next), doc) ? undefined : next
  }
}
