import type { Document } from 'bson'
import type { Dice } from './dice.ts'
import { leaf, PATHS, value } from './documents.ts'

/** An update with what must stand beside it in the statement. */
export interface Change {
  readonly u: unknown
  readonly arrayFilters?: Document[]
  /** the filter must ask this for `$` to stand for an element */
  readonly asks?: Document
}

const push = (dice: Dice): Document => {
  const more: Document = {}
  if (dice.once(2)) more.$sort = dice.one([1, -1])
  if (dice.once(2)) more.$slice = dice.one([-2, 0, 2])
  if (dice.once(2)) more.$position = dice.one([0, 1, -1])
  return { $each: dice.some(0, 2, () => leaf(dice)), ...more }
}

const plain = (dice: Dice, path: string): Document => {
  switch (dice.below(12)) {
    case 0:
      return { $unset: { [path]: 1 } }
    case 1:
      return { $inc: { [path]: dice.one([1, -2, 0.5]) } }
    case 2:
      return { $min: { [path]: leaf(dice) } }
    case 3:
      return { $max: { [path]: leaf(dice) } }
    case 4:
      return { $push: { [path]: dice.once(2) ? leaf(dice) : push(dice) } }
    case 5:
      return { $pull: { [path]: dice.one<unknown>([leaf(dice), { $gte: 1 }, { x: 1 }, { $in: [1, 'a', null] }]) } }
    case 6:
      return { $addToSet: { [path]: dice.once(2) ? leaf(dice) : { $each: [1, 'a', leaf(dice)] } } }
    case 7:
      return { $pop: { [path]: dice.one([1, -1]) } }
    case 8:
      return { $rename: { [path]: dice.one(['e', 'b', 'f.g']) } }
    case 9:
      return { $mul: { [path]: 2 } }
    default:
      return { $set: { [path]: value(dice), ...(dice.once(3) ? { e: leaf(dice) } : {}) } }
  }
}

/** Any of the three forms of an update, by paths, positions, array filters. */
export const update = (dice: Dice): Change => {
  switch (dice.below(10)) {
    case 0:
      return { u: { $set: { 'a.$': leaf(dice) } }, asks: { a: { $gte: 0 } } }
    case 1:
      return { u: { $inc: { 'c.$.x': 1 } }, asks: { 'c.x': { $exists: true } } }
    case 2:
      return { u: { $set: { 'a.$[]': leaf(dice) } } }
    case 3:
      return { u: { $set: { 'c.$[e].x': leaf(dice) } }, arrayFilters: [{ 'e.x': { $gte: 0 } }] }
    case 4:
      return { u: { $unset: { 'a.$[e]': 1 } }, arrayFilters: [{ e: { $in: [1, 'a'] } }] }
    case 5:
      return { u: [{ $set: { b: '$a' } }, { $unset: 'd' }] }
    default:
      return { u: plain(dice, dice.one(PATHS)) }
  }
}
