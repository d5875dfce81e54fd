import type { Document } from 'bson'
import * as pipelineOperators from 'mingo/operators/pipeline'
import { CommandError } from '../errors.ts'

const OWN = ['$out', '$merge', '$collStats', '$indexStats']
/** Every stage there is. */
export const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(pipelineOperators).filter((name) => name.startsWith('$')),
  ...OWN,
])

const REFUSED: Readonly<Record<string, [number, string]>> = {
  $changeStream: [40573, 'The $changeStream stage is not supported'],
  $geoNear: [2, '$geoNear is not supported'],
  $search: [2, '$search is not supported'],
  $searchMeta: [2, '$searchMeta is not supported'],
}

const checkUse = (name: string, spec: unknown, at: number, last: boolean): void => {
  if ((name === '$out' || name === '$merge') && !last)
    throw new CommandError(40601, `${name} can only be the final stage in the pipeline`)
  if (name === '$documents' && at > 0)
    throw new CommandError(40602, '$documents is only valid as the first stage in a pipeline')
  if (name === '$limit' && (typeof spec !== 'number' || spec <= 0))
    throw new CommandError(15958, 'the limit must be positive')
  if (name === '$skip' && (typeof spec !== 'number' || spec < 0))
    throw new CommandError(5107200, 'invalid argument to $skip stage: Expected a non-negative number')
  if (name === '$count' && (typeof spec !== 'string' || spec === '' || /[$.\0]/.test(spec)))
    throw new CommandError(40156, 'the count field must be a non-empty string without $ or .')
  if (name === '$match' && (typeof spec !== 'object' || spec === null || Array.isArray(spec)))
    throw new CommandError(15959, 'the match filter must be an expression in an object')
}

const nested = (name: string, spec: unknown): Document[][] => {
  if (name === '$facet') return Object.values(spec as Document) as Document[][]
  const inner = (spec as Document | null)?.pipeline
  return Array.isArray(inner) ? [inner] : []
}

/** Checks the shape of a pipeline before anything is read: unknown stages are 40324, misplaced ones have codes of their own. */
export const checkPipeline = (stages: readonly Document[], inner = false): void => {
  stages.forEach((stage, i) => {
    const names = Object.keys(stage)
    if (names.length !== 1)
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
    const name = names[0] as string
    const refused = REFUSED[name]
    if (refused) throw new CommandError(...refused)
    if (!KNOWN.has(name)) throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`)
    if (inner && (name === '$out' || name === '$merge'))
      throw new CommandError(40600, `${name} is not allowed within an inner pipeline`)
    checkUse(name, stage[name], i, i === stages.length - 1)
    for (const pipeline of nested(name, stage[name])) checkPipeline(pipeline, true)
  })
}

const SYSTEM = new Set([
  'ROOT',
  'CURRENT',
  'REMOVE',
  'NOW',
  'CLUSTER_TIME',
  'DESCEND',
  'PRUNE',
  'KEEP',
  'this',
  'value',
  'new',
  'USER_ROLES',
  'SEARCH_META',
])

const walk = (v: unknown, used: Set<string>, bound: Set<string>): void => {
  if (typeof v === 'string') {
    const name = /^\$\$([A-Za-z_][\w]*)/.exec(v)?.[1]
    if (name) used.add(name)
  } else if (Array.isArray(v)) for (const item of v) walk(item, used, bound)
  else if (
    v &&
    typeof v === 'object' &&
    (Object.getPrototypeOf(v) === Object.prototype || Object.getPrototypeOf(v) === null)
  )
    for (const [key, inner] of Object.entries(v)) {
      if (key === '$literal') continue
      if (key === 'as' && typeof inner === 'string') bound.add(inner)
      if ((key === 'let' || key === 'vars') && inner && typeof inner === 'object')
        for (const name of Object.keys(inner)) bound.add(name)
      walk(inner, used, bound)
    }
}

/** Throws 17276 for a `$$variable` that nothing defines. */
export const checkVariables = (expression: unknown, given: Iterable<string>): void => {
  const used = new Set<string>()
  const bound = new Set(given)
  walk(expression, used, bound)
  for (const name of used)
    if (!bound.has(name) && !SYSTEM.has(name)) throw new CommandError(17276, `Use of undefined variable: ${name}`)
}
