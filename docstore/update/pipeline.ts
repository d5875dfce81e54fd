import { runOver } from '../aggregate/run.ts'
import { parseUpdateStages } from '../aggregate/update-stages.ts'
import { bytesOf, docValue, Fields, findField, itemsOf, sameBytes, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import { scopeOf, type Variables } from '../filter/whole.ts'

const ID = Buffer.from('_id')

/** The result with the stored document's _id in front. */
const withId = (id: Value, result: Buffer): Buffer => {
  const w = new Writer(result.length + 32)
  const mark = w.open()
  w.value('_id', id)
  const fields = new Fields(result, 0)
  while (fields.next()) if (!fields.nameIs(ID)) w.value(fields.name, fields.value)
  w.close(mark)
  return w.done()
}

/** An update given as aggregation stages. Throws 72 for stages that may not stand in an update, 66 when _id would change. */
export const parsePipelineUpdate = (pipeline: Value, variables: Variables): ((doc: Value) => Buffer | undefined) => {
  const stages = parseUpdateStages(itemsOf(pipeline), { ...scopeOf(variables), isUpdate: true })
  return (doc) => {
    const [result] = [...runOver([bytesOf(doc)], stages)]
    if (!result) return undefined
    const before = findField(doc.buf, doc.start, ID)
    const after = findField(result, 0, ID)
    if (before && after && !sameBytes(before, after))
      throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
    const next = before ? withId(before, result) : result
    return sameBytes(docValue(next), doc) ? undefined : next
  }
}
