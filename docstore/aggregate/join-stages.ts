import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { bind } from '../expression/logic.ts'
import { object } from '../expression/make.ts'
import { typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { checkName, pathNames } from '../expression/path.ts'
import { type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { pathOf } from '../keys/path.ts'
import { checkDeadline } from '../plan/deadline.ts'
import type { Context, Stage } from './context.ts'
import { Finder, type Foreign, joinValues, listOfDocs } from './finder.ts'
import { setAt } from './list-stages.ts'
import { watched } from './row.ts'
import { frontOf, runOver, runPipeline } from './run.ts'

const text = (stage: string, key: string, v: Value | undefined): string | undefined => {
  if (v && v.type !== T.STRING)
    throw new CommandError(9, `${stage} argument '${key}: ...' must be a string, is type ${typeOf(v)}`)
  return v && stringOf(v)
}

/** The other side of a join. Throws 167 for a view that compares texts differently. */
export const foreignOf = ({ resolve, db, scope }: Context, from: string): Foreign => {
  const { collection, stages, isView, collation } = resolve(from)
  if (isView && collation?.id !== scope.collation?.id)
    throw new CommandError(167, `Cannot override a view's default collation ${db}.${from}`)
  return { collection, listed: isView ? () => runPipeline(stages, { collection, collation }) : undefined }
}

const MAX_DEPTH = 20

/** What a pipeline inside of another is parsed for. Throws 232 for pipelines nested too deeply. */
const inside = (context: Context, stage: '$facet' | '$lookup' | '$unionWith'): Context => {
  const depth = (context.depth ?? 0) + 1
  if (depth > MAX_DEPTH)
    throw new CommandError(232, `Maximum number of nested sub-pipelines exceeded. Limit is ${MAX_DEPTH}`)
  return { ...context, inside: stage, depth }
}

const checkForeign = (db: string, from: string): void => {
  if (from === '' || from.startsWith('.') || from.includes('\0'))
    throw new CommandError(73, `Invalid namespace specified '${db}.${from}'`)
}

const LOOKUP = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']

/** Binds the variables of `let`; `set` computes them for the document at hand. */
const letsOf = (v: Value | undefined, scope: Scope): { scope: Scope; set: () => void; any: boolean } => {
  if (!v) return { scope, set: () => {}, any: false }
  if (v.type !== T.OBJECT) throw new CommandError(9, `$lookup argument 'let' must be an object, is type ${typeOf(v)}`)
  let inner = scope
  const bound = entriesOf(v).map(([name, e]): [number, Expr] => {
    const expr = parseExpression(e, scope)
    const made = bind(inner, name)
    inner = made.scope
    return [made.slot, expr]
  })
  const { slots } = scope.frame
  const set = (): void => {
    for (const [slot, expr] of bound) slots[slot] = expr.ask()
  }
  return { scope: inner, set, any: bound.length > 0 }
}

const runInner = (foreign: Foreign, stages: readonly Stage[], scope: Scope): Buffer[] => {
  const { collection, listed } = foreign
  if (listed && !stages[0]?.source) return [...runOver(listed(), stages)]
  return [...runPipeline(stages, { collection, collation: scope.collation })]
}

export const lookup = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40319, `the $lookup specification must be an object, but found ${typeOf(v)}`)
  const options = entriesOf(v)
  const given = new Map(options)
  if (given.size < options.length) throw new CommandError(9, '$lookup has an argument twice')
  for (const key of given.keys())
    if (!LOOKUP.includes(key)) throw new CommandError(9, `unknown argument to $lookup: ${key}`)
  const [from, as, local, field] = ['from', 'as', 'localField', 'foreignField'].map((key) =>
    text('$lookup', key, given.get(key)),
  )
  const pipeline = given.get('pipeline')
  if (as === undefined) throw new CommandError(9, "must specify 'as' field for a $lookup")
  if (pipeline && pipeline.type !== T.ARRAY)
    throw new CommandError(9, `$lookup argument 'pipeline' must be an array, is type ${typeOf(pipeline)}`)
  if ((local === undefined) !== (field === undefined) || (!pipeline && local === undefined))
    throw new CommandError(
      9,
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified, and a pipeline without them",
    )
  if (!pipeline && given.has('let'))
    throw new CommandError(9, "$lookup with a 'let' argument must also specify 'pipeline'")
  const stages = pipeline ? itemsOf(pipeline) : []
  if (from === undefined && !(stages[0] && entriesOf(stages[0])[0]?.[0] === '$documents'))
    throw new CommandError(9, "missing 'from' option to $lookup stage specification")
  const lets = letsOf(given.get('let'), context.scope)
  const inner = context.parse(stages, { ...inside(context, '$lookup'), scope: lets.scope })
  const foreign = from === undefined ? { collection: undefined, listed: undefined } : foreignOf(context, from)
  if (from !== undefined) checkForeign(context.db, from)
  const names = pathNames(as)
  const answer = answerer({
    foreign,
    inner,
    local,
    field,
    scope: lets.scope,
    constant: !lets.any && context.inside !== '$lookup',
  })
  const { slots } = context.scope.frame
  return {
    name: '$lookup',
    changes: new Set([names[0] as string]),
    *run(rows) {
      for (const row of watched(rows, checkDeadline)) {
        const doc = docValue(row)
        slots[ROOT] = doc
        lets.set()
        yield setAt(doc, names, listOfDocs(answer(row)))
      }
    },
  }
}

interface Join {
  readonly foreign: Foreign
  readonly inner: readonly Stage[]
  readonly local: string | undefined
  readonly field: string | undefined
  readonly scope: Scope
  /** what the pipeline gives does not depend on the document at hand */
  readonly constant: boolean
}

const answerer = ({ foreign, inner, local, field, scope, constant }: Join): ((row: Buffer) => Buffer[]) => {
  if (local === undefined || field === undefined) {
    let once: Buffer[] | undefined
    return () => {
      const docs = (constant ? once : undefined) ?? runInner(foreign, inner, scope)
      once = docs
      return docs
    }
  }
  pathNames(local)
  pathNames(field)
  const path = pathOf(local)
  const leading = inner.findIndex((stage) => !stage.match)
  const matches = leading < 0 ? inner : inner.slice(0, leading)
  const { wish } = frontOf(matches, scope.collation)
  const rest = inner.slice(matches.length)
  const finder = new Finder(foreign, field, scope.collation)
  return (row) => {
    const docs = finder.find(joinValues(row, path), matches.length ? wish.filter : undefined)
    return rest.length ? [...runOver(docs, rest)] : docs
  }
}

export const unionWith = (v: Value, context: Context): Stage => {
  const given = new Map<string, Value>(v.type === T.STRING ? [['coll', v]] : v.type === T.OBJECT ? entriesOf(v) : [])
  if (v.type !== T.STRING && v.type !== T.OBJECT)
    throw new CommandError(9, `the $unionWith stage specification must be an object or string, but found ${typeOf(v)}`)
  for (const key of given.keys())
    if (key !== 'coll' && key !== 'pipeline')
      throw new CommandError(40415, `BSON field '$unionWith.${key}' is an unknown field.`)
  const coll = given.get('coll')
  const pipeline = given.get('pipeline')
  if (coll && coll.type !== T.STRING)
    throw new CommandError(
      14,
      `BSON field '$unionWith.coll' is the wrong type '${typeOf(coll)}', expected type 'string'`,
    )
  if (pipeline && pipeline.type !== T.ARRAY)
    throw new CommandError(
      14,
      `BSON field '$unionWith.pipeline' is the wrong type '${typeOf(pipeline)}', expected type 'array'`,
    )
  const stages = context.parse(pipeline ? itemsOf(pipeline) : [], inside(context, '$unionWith'))
  if (!coll && !stages[0]?.source)
    throw new CommandError(
      9,
      '$unionWith stage without explicit collection must have a pipeline with $documents as first stage',
    )
  const foreign = coll ? foreignOf(context, stringOf(coll)) : { collection: undefined, listed: undefined }
  return {
    name: '$unionWith',
    *run(rows) {
      yield* rows
      yield* runInner(foreign, stages, context.scope)
    },
  }
}

export const facet = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT || entriesOf(v).length === 0)
    throw new CommandError(40169, `the $facet specification must be a non-empty object, but found: ${typeOf(v)}`)
  const facets = entriesOf(v).map(([name, pipeline]): [string, Stage[]] => {
    if (pipeline.type !== T.ARRAY)
      throw new CommandError(40170, `arguments to $facet must be arrays, ${name} is type ${typeOf(pipeline)}`)
    const odd = itemsOf(pipeline).find((stage) => stage.type !== T.OBJECT)
    if (odd)
      throw new CommandError(
        40171,
        `elements of arrays in $facet spec must be non-empty objects, ${name} argument contained an element of type ${typeOf(odd)}`,
      )
    checkName(name)
    if (name.includes('.')) throw new CommandError(16412, "FieldPath field names may not contain '.'.")
    return [name, context.parse(itemsOf(pipeline), { ...inside(context, '$facet'), faceted: true })]
  })
  return {
    name: '$facet',
    *run(rows) {
      const docs = [...rows]
      yield object(facets.map(([name, stages]) => [name, listOfDocs([...runOver(docs, stages)])] as const)).buf
    },
  }
}
