import type { Value } from '../bson/value.ts'
import { NO_SEARCH_INDEXES } from '../commands/search-indexes.ts'
import { CommandError } from '../errors.ts'
import { bucket, bucketAuto } from './bucket.ts'
import type { Context, Stage } from './context.ts'
import { densify } from './densify.ts'
import { graphLookup } from './graph-lookup.ts'
import { group, sortByCount } from './group.ts'
import { facet, lookup, unionWith } from './join-stages.ts'
import { count, limit, match, sample, skip, sort, unwind } from './list-stages.ts'
import { mergeStage, outStage } from './output.ts'
import { addFields, project, redact, replaceRoot, replaceWith, set, unset } from './shape-stages.ts'
import { documents, listLocalSessions } from './source-stages.ts'
import { collStatsStage, currentOpStage, indexStatsStage } from './statistics-stages.ts'
import { fill, setWindowFields } from './window-stages.ts'

type MakeStage = (v: Value, context: Context) => Stage

const refuse = (code: number, message: string): MakeStage => {
  return () => {
    throw new CommandError(code, message)
  }
}

const NO_SEARCH =
  'Using $search and $vectorSearch aggregation stages requires additional configuration. Please connect to Atlas or an AtlasCLI local deployment to enable.'

const STAGES: ReadonlyMap<string, MakeStage> = new Map(
  Object.entries({
    $addFields: addFields,
    $bucket: bucket,
    $bucketAuto: bucketAuto,
    $collStats: collStatsStage,
    $count: count,
    $densify: densify,
    $documents: documents,
    $facet: facet,
    $fill: fill,
    $graphLookup: graphLookup,
    $group: group,
    $indexStats: indexStatsStage,
    $limit: limit,
    $lookup: lookup,
    $match: match,
    $merge: mergeStage,
    $out: outStage,
    $project: project,
    $redact: redact,
    $replaceRoot: replaceRoot,
    $replaceWith: replaceWith,
    $sample: sample,
    $set: set,
    $setWindowFields: setWindowFields,
    $skip: skip,
    $sort: sort,
    $sortByCount: sortByCount,
    $unionWith: unionWith,
    $unset: unset,
    $unwind: unwind,
    $changeStream: refuse(40573, 'docstore does not support change streams ($changeStream)'),
    $changeStreamSplitLargeEvent: refuse(
      40573,
      'docstore does not support change streams ($changeStreamSplitLargeEvent)',
    ),
    $currentOp: currentOpStage,
    $geoNear: refuse(115, '$geoNear is not supported'),
    $listLocalSessions: listLocalSessions,
    $listSearchIndexes: refuse(31082, NO_SEARCH_INDEXES),
    $listSessions: refuse(115, '$listSessions is not supported'),
    $planCacheStats: refuse(115, '$planCacheStats is not supported'),
    $search: refuse(31082, NO_SEARCH),
    $searchMeta: refuse(31082, NO_SEARCH),
    $vectorSearch: refuse(31082, NO_SEARCH),
  }),
)

/** How a stage is made. Throws 40324 for a name that means nothing. */
export const stageNamed = (name: string): MakeStage => {
  const make = STAGES.get(name)
  if (!make) throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`)
  return make
}

const WRITES = new Set(['$out', '$merge'])
const FIRST_ONLY = new Set(['$currentOp', '$documents', '$collStats', '$indexStats', '$listLocalSessions'])
const NOT_IN_FACET = new Set([
  '$currentOp',
  '$facet',
  '$out',
  '$merge',
  '$documents',
  '$collStats',
  '$indexStats',
  '$geoNear',
  '$search',
])

/** What reads no collection cannot stand for one, and what tells of changes has none in a view. */
const NOT_IN_VIEWS = new Set(['$currentOp', '$documents', '$listLocalSessions', '$listSessions'])
const CHANGES = new Set(['$changeStream', '$changeStreamSplitLargeEvent'])

const checkInView = (name: string): void => {
  if (NOT_IN_VIEWS.has(name)) throw new CommandError(73, `${name} cannot be used in a view: it reads no collection`)
  if (CHANGES.has(name)) throw new CommandError(167, `${name} cannot be used in a view definition`)
}

const writeRefusal = (name: string, { inside }: Context): CommandError => {
  if (inside === '$lookup') return new CommandError(51047, `${name} is not allowed within a $lookup's sub-pipeline`)
  if (inside === '$unionWith')
    return new CommandError(31441, `${name} is not allowed within a $unionWith's sub-pipeline`)
  if (inside === 'view')
    return new CommandError(167, `The aggregation stage ${name} cannot be used in the view definition`)
  return new CommandError(40600, `${name} is not allowed to be used within a ${inside} pipeline`)
}

/** Throws when a stage may not stand where it stands. */
export const checkPlace = (name: string, context: Context, at: number, last: boolean): void => {
  const { inside } = context
  if (inside === 'view') checkInView(name)
  if ((inside === '$facet' || context.faceted) && NOT_IN_FACET.has(name))
    throw new CommandError(40600, `${name} is not allowed to be used within a $facet stage`)
  if (WRITES.has(name)) {
    if (inside) throw writeRefusal(name, context)
    if (!last) throw new CommandError(40601, `${name} can only be the final stage in the pipeline`)
  }
  if (FIRST_ONLY.has(name) && at > 0)
    throw new CommandError(40602, `${name} is only valid as the first stage in a pipeline`)
}
