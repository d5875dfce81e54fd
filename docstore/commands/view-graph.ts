import type { Document } from 'bson'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'

/** How many views may stand on one another. */
const MAX_DEPTH = 20

const isDoc = (v: unknown): v is Document => typeof v === 'object' && v !== null

/** The names a stage reads from beside its input, those of its inner pipelines too. */
const namesIn = (stage: unknown): string[] => {
  if (!isDoc(stage)) return []
  const { $lookup, $graphLookup, $unionWith, $facet } = stage
  const joined = [$lookup?.from, $graphLookup?.from, $unionWith, $unionWith?.coll]
  const inner = [$lookup?.pipeline, $unionWith?.pipeline, ...(isDoc($facet) ? Object.values($facet) : [])]
  return [
    ...joined.filter((name) => typeof name === 'string'),
    ...inner.flatMap((stages) => (Array.isArray(stages) ? stages.flatMap(namesIn) : [])),
  ]
}

const standsOn = ({ viewOn, pipeline }: Document): string[] => [
  viewOn,
  ...(Array.isArray(pipeline) ? pipeline.flatMap(namesIn) : []),
]

/** Throws 5 when a view would stand on itself, by its stages or through other views, and 165 when too many are below it. */
export const checkViewGraph = (engine: Engine, db: string, name: string, view: Document): void => {
  const depths = new Map<string, number>()
  const depthOf = (options: Document, above: number): number => {
    let most = 0
    for (const below of new Set(standsOn(options))) {
      if (below === name) throw new CommandError(5, `View cycle detected: ${db}.${name} => ${db}.${view.viewOn}`)
      const under = engine.catalog.find(db, below)?.options
      if (!under?.viewOn) continue
      if (above >= MAX_DEPTH) throw new CommandError(165, 'View depth limit exceeded; maximum depth is 20')
      const depth = depths.get(below) ?? depthOf(under, above + 1)
      depths.set(below, depth)
      most = Math.max(most, depth)
    }
    return most + 1
  }
  if (depthOf(view, 1) > MAX_DEPTH) throw new CommandError(165, 'View depth limit exceeded; maximum depth is 20')
}
