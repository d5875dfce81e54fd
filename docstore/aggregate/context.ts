import { Aggregator } from 'mingo/aggregator'
import { Context, evalExpr, OpType } from 'mingo/core'
import { $lookup, $setWindowFields } from 'mingo/operators/pipeline'
import type { AnyObject, Options } from 'mingo/types'
import { toBson } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { badValue } from '../errors.ts'
import { matches } from '../filter/match.ts'
import { parseFilter } from '../filter/parse.ts'
import { mingoOptions, plainContext } from './mingo.ts'

type Stage = typeof $lookup

const asksExpressions = (filter: unknown): boolean =>
  typeof filter === 'object' &&
  filter !== null &&
  Object.entries(filter).some(
    ([name, v]) => name === '$expr' || (/^\$(and|or|nor)$/.test(name) && Array.isArray(v) && v.some(asksExpressions)),
  )

const mingoMatch = plainContext.getOperator(OpType.PIPELINE, '$match') as unknown as Stage

/** `$match` by docstore's own filters: exact on types, and `$in` by a set. Expressions need mingo's variables and stay there. */
const $match: Stage = (rows, filter, options) => {
  if (asksExpressions(filter)) return mingoMatch(rows, filter, options)
  const node = parseFilter(docValue(toBson(filter)))
  return rows.filter((row) => matches(node, docValue(toBson(row as AnyObject))))
}

interface Lookup {
  readonly as: string
  readonly localField?: string
  readonly foreignField?: string
  readonly pipeline?: AnyObject[]
  readonly let?: AnyObject
}

const withResolver = ({ collectionResolver }: Options): Partial<Options> => ({
  context,
  ...(collectionResolver ? { collectionResolver } : {}),
})

/** mingo ranks with a $function of its own, which needs scripts switched on; the client's would be refused all the same. */
const windows = ((rows, spec, options) => {
  if (JSON.stringify(spec).includes('"$function"')) throw badValue('$function is not supported')
  const own = mingoOptions(options.variables ?? {}, {
    ...withResolver(options),
    context: Context.from(context),
    scriptEnabled: true,
  })
  return $setWindowFields(rows, spec, own as Options)
}) as typeof $setWindowFields

/** mingo forgets localField and foreignField beside a pipeline: here the pipeline runs over what they found. */
const lookup: Stage = (rows, spec, options) => {
  const { pipeline, let: given = {}, ...plain } = spec as Lookup & typeof spec
  if (!pipeline || !plain.localField) return $lookup(rows, spec, options)
  return $lookup(rows, plain as typeof spec, options).map((row) => {
    const doc = row as AnyObject
    const values = Object.fromEntries(Object.entries(given).map(([name, e]) => [name, evalExpr(doc, e, options)]))
    const inner = mingoOptions({ ...options.variables, ...values }, withResolver(options))
    return { ...doc, [plain.as]: new Aggregator(pipeline, inner).run(doc[plain.as] as AnyObject[]) }
  })
}

/** The operators of pipelines: mingo's, but for what it gets wrong. */
export const context: Context = Context.from(
  Context.init({ pipeline: { $match, $lookup: lookup, $setWindowFields: windows } }),
  plainContext,
)
