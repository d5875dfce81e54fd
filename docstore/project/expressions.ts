import { projectTree, shaper } from '../aggregate/project.ts'
import type { Value } from '../bson/value.ts'
import { object } from '../expression/make.ts'
import type { Node } from '../filter/node.ts'
import { scopeOf, type Variables } from '../filter/whole.ts'
import { isPlain, readCuts } from './cuts.ts'
import { cutDoc } from './cutter.ts'
import type { Projection } from './pick.ts'

/** Projections with $slice, $elemMatch, `path.$` or expressions; `parsePlain` parses what is left when those are taken out. */
export const expressionProjection = (
  given: readonly [string, Value][],
  { filter, variables, parsePlain }: { filter: Node; variables: Variables; parsePlain: (rest: Value) => Projection },
): Projection => {
  const cuts = readCuts(given, filter, variables)
  const cutter: Projection = cuts.cuts.size ? (doc) => cutDoc(doc, cuts) : (doc) => doc
  const rest = object(cuts.rest)
  if ([...cuts.rest.values()].every(isPlain)) {
    const after = parsePlain(rest)
    return (doc) => after(cutter(doc))
  }
  const scope = scopeOf(variables)
  const shape = shaper(projectTree(rest, scope), scope)
  return (doc) => shape(cutter(doc))
}
