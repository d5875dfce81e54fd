import type { Node } from '../filter/node.ts'
import { topOf } from '../keys/path.ts'
import type { Stage } from './context.ts'

/** The top-level fields a condition is about; undefined when it may be about any. */
const fieldsOf = (node: Node): ReadonlySet<string> | undefined => {
  if (node.kind === 'field') return new Set([topOf(node.path.text)])
  if (node.kind === 'call') return undefined
  const parts = node.kind === 'not' ? [node.part] : node.parts
  const all = new Set<string>()
  for (const part of parts) {
    const fields = fieldsOf(part)
    if (!fields) return undefined
    for (const field of fields) all.add(field)
  }
  return all
}

const mayPass = (node: Node, stage: Stage): boolean => {
  const fields = stage.changes && fieldsOf(node)
  return fields?.isDisjointFrom(stage.changes as ReadonlySet<string>) === true
}

const matchStage = (like: Stage, parts: readonly Node[], remade: (node: Node) => Stage): Stage[] => {
  if (parts.length === 0) return []
  const node: Node = parts.length === 1 ? (parts[0] as Node) : { kind: 'and', parts }
  return node === like.match ? [like] : [remade(node)]
}

/**
 * Moves conditions in front of the stages that do not change the fields they are about, so that an index may answer them
 * and fewer documents are joined, unwound and sorted.
 */
export const matchesFirst = (stages: readonly Stage[]): Stage[] => {
  const out: Stage[] = []
  for (const stage of stages) {
    let at = out.length
    if (!stage.match || !stage.rematch) {
      out.push(stage)
      continue
    }
    let moving: readonly Node[] = stage.match.kind === 'and' ? stage.match.parts : [stage.match]
    while (moving.length > 0 && out[at - 1]?.changes) {
      const before = out[at - 1] as Stage
      const [left, right] = [
        moving.filter((part) => mayPass(part, before)),
        moving.filter((part) => !mayPass(part, before)),
      ]
      if (left.length === 0) break
      out.splice(at, 0, ...matchStage(stage, right, stage.rematch))
      moving = left
      at--
    }
    out.splice(at, 0, ...matchStage(stage, moving, stage.rematch))
  }
  return out
}
