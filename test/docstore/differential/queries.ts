import type { Document } from 'bson'
import type { Dice } from './dice.ts'
import { leaf, PATHS, value } from './documents.ts'

const range = (dice: Dice): Document => {
  switch (dice.below(5)) {
    case 0:
      return { $gt: leaf(dice) }
    case 1:
      return { $gte: leaf(dice) }
    case 2:
      return { $lt: leaf(dice) }
    case 3:
      return { $lte: leaf(dice) }
    default:
      return { $gte: leaf(dice), $lt: leaf(dice) }
  }
}

const isPattern = (v: unknown): boolean => (v as { _bsontype?: string } | null)?._bsontype === 'BSONRegExp'
const plain = (dice: Dice): unknown => {
  for (;;) {
    const v = leaf(dice)
    if (!isPattern(v)) return v
  }
}
const bounded = (dice: Dice): Document => {
  for (;;) {
    const r = range(dice)
    if (!Object.values(r).some(isPattern)) return r
  }
}

const single = (dice: Dice): Document => {
  switch (dice.below(16)) {
    case 0:
    case 1:
    case 2:
      return { $in: dice.some(0, 3, () => leaf(dice)) }
    case 3:
      return { $nin: dice.some(0, 2, () => leaf(dice)) }
    case 4:
      return { $ne: plain(dice) }
    case 5:
      return { $exists: dice.once(2) }
    case 6:
      return { $type: dice.one(['string', 'number', 'array', 'null', 'object', ['int', 'date']]) }
    case 7:
      return { $size: dice.below(3) }
    case 8:
      return { $all: dice.some(1, 2, () => leaf(dice)) }
    case 9:
      return dice.once(2) ? { $elemMatch: bounded(dice) } : { $elemMatch: { x: leaf(dice) } }
    case 10:
      return { $regex: dice.one(['^a', '^ab', '^', 'b', '^a.b', '^ab*']), ...(dice.once(4) ? { $options: 'i' } : {}) }
    case 11:
      return { $not: dice.once(2) ? bounded(dice) : { $in: [leaf(dice)] } }
    case 12:
      return dice.one<Document>([{ $mod: [2, 1] }, { $bitsAllSet: 1 }, { $eq: leaf(dice) }])
    default:
      return bounded(dice)
  }
}

const condition = (dice: Dice): unknown => {
  if (dice.once(3)) return dice.once(5) ? value(dice) : leaf(dice)
  return dice.once(6) ? { ...single(dice), ...single(dice) } : single(dice)
}

/** A filter of up to three conditions, some of them in $or, $and or $nor. */
export const filter = (dice: Dice, depth = 0): Document => {
  const out: Document = {}
  for (const path of dice.some(depth ? 1 : 0, 3, () => dice.one(PATHS))) out[path] = condition(dice)
  if (depth < 2 && dice.once(3))
    out[dice.one(['$or', '$or', '$and', '$nor'])] = dice.some(1, 2, () => filter(dice, depth + 1))
  return out
}

export const sort = (dice: Dice): Document => {
  const out: Document = {}
  if (dice.once(2)) return out
  for (const path of dice.some(1, 3, () => dice.one(PATHS))) out[path] = dice.one([1, -1])
  return out
}

export const projection = (dice: Dice): Document | undefined =>
  dice.once(2)
    ? undefined
    : dice.one<Document>([
        { a: 1 },
        { a: 0, _id: 0 },
        { _id: 1 },
        { 'a.x': 1, b: 1 },
        { 'c.x': 0 },
        { _id: 0, b: 1 },
        { c: { $slice: 1 } },
        { c: { $elemMatch: { x: { $gte: 0 } } } },
        { a: { $slice: [-2, 1] }, b: 1 },
      ])
