import type { Document } from 'bson'
import { toBson } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { EVERYTHING, type Node } from '../filter/node.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Variables } from '../filter/whole.ts'
import type { Wish } from '../plan/choose.ts'
import { parseSort } from '../plan/sort.ts'

/** The stages a plan and the raw documents can answer, and the rest for mingo. */
export interface Leading {
  readonly wish: Wish
  readonly skip: number
  /** ends in a plain count: the field it goes to, and the group's _id if it has one */
  readonly count?: { readonly field: string; readonly id: { readonly value: unknown } | undefined }
  readonly rest: readonly Document[]
}

const countOf = (stage: Document | undefined): Leading['count'] => {
  if (typeof stage?.$count === 'string') return { field: stage.$count, id: undefined }
  const group = stage?.$group
  if (!group || (group._id !== null && typeof group._id !== 'number')) return undefined
  const [field, ...others] = Object.keys(group).filter((name) => name !== '_id')
  if (!field || others.length || group[field]?.$sum !== 1 || Object.keys(group[field]).length !== 1) return undefined
  return { field, id: { value: group._id } }
}

/** Takes `$match`, `$sort`, `$skip`, `$limit` and a closing count from the front of a pipeline. */
export const leadingStages = (stages: readonly Document[], variables: Variables): Leading => {
  const parts: Node[] = []
  let at = 0
  while (stages[at]?.$match) parts.push(parseFilter(docValue(toBson(stages[at++]?.$match)), variables))
  const filter = parts.length === 1 ? (parts[0] as Node) : parts.length ? flat(parts) : EVERYTHING
  const sort = stages[at]?.$sort ? parseSort(docValue(toBson(stages[at++]?.$sort))) : []
  const skip = typeof stages[at]?.$skip === 'number' ? Number(stages[at++]?.$skip) : 0
  const limit = typeof stages[at]?.$limit === 'number' ? Number(stages[at++]?.$limit) : 0
  const count = countOf(stages[at])
  const rest = stages.slice(count ? at + 1 : at)
  return {
    wish: { filter, sort, limit: limit ? limit + skip : 0, collation: variables.collation },
    skip,
    rest,
    ...(count ? { count } : {}),
  }
}

const flat = (parts: readonly Node[]): Node => ({
  kind: 'and',
  parts: parts.flatMap((part) => (part.kind === 'and' ? part.parts : [part])),
})
