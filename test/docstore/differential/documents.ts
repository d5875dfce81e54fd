import { Binary, BSONRegExp, Decimal128, type Document, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import type { Dice } from './dice.ts'

const NUMBERS: readonly unknown[] = [
  ...[-3, -1, 0, 1, 2, 3],
  new Double(-0),
  new Double(1),
  0.5,
  Long.fromNumber(2),
  Decimal128.fromString('1.0'),
]
const TEXTS: readonly unknown[] = ['', 'a', 'ab', 'abc', 'b', 'a\0b', 'A']
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new Date(0),
  new Date(-1),
  new ObjectId('000000000000000000000001'),
  new Binary(Buffer.from([1, 2])),
  new Timestamp({ t: 1, i: 1 }),
  new BSONRegExp('^a', ''),
  new MinKey(),
  new MaxKey(),
]

/** Values without parts; numbers, texts and null are what most deals hold. */
export const leaf = (dice: Dice): unknown =>
  dice.one([NUMBERS, NUMBERS, NUMBERS, TEXTS, TEXTS, [null], ODD].map((kind) => dice.one(kind)))

const part = (dice: Dice): Document => {
  const doc: Document = {}
  if (!dice.once(4))
    doc.x = dice.once(6) ? { y: leaf(dice) } : dice.once(8) ? dice.some(0, 2, () => leaf(dice)) : leaf(dice)
  if (dice.once(2)) doc.z = leaf(dice)
  return doc
}

/** Any value: mostly a leaf, else a list, a document, a list of documents, a list in a list. */
export const value = (dice: Dice): unknown => {
  switch (dice.below(9)) {
    case 0:
      return dice.some(0, 3, () => leaf(dice))
    case 1:
      return part(dice)
    case 2:
      return dice.some(0, 3, () => part(dice))
    case 3:
      return dice.some(0, 2, () =>
        dice.once(3) ? dice.some(0, 2, () => leaf(dice)) : dice.once(2) ? part(dice) : leaf(dice),
      )
    default:
      return leaf(dice)
  }
}

export const document = (dice: Dice, _id: number): Document => {
  const doc: Document = { _id }
  for (const name of ['a', 'b', 'c', 'd']) if (!dice.once(4)) doc[name] = name === 'b' ? leaf(dice) : value(dice)
  return doc
}

export const PATHS = ['a', 'b', 'c', 'd', 'a.x', 'c.x', 'a.x.y', 'c.z', 'a.0', 'c.0.x', 'c.1', 'd.x'] as const

const PARTS: readonly Document[] = [
  { b: { $exists: true } },
  { a: { $gt: 0 } },
  { b: { $lte: 1 } },
  { a: { $type: 'string' } },
  { b: 1 },
  { c: { $exists: true }, b: { $gte: 0 } },
  { 'a.x': { $exists: true } },
  { b: { $in: [1, 'a', null] } },
]

/** The specification of an index; some of them will be refused for the documents there are. */
export const index = (dice: Dice, at: number): Document => {
  const key: Document = {}
  for (const path of dice.some(1, 3, () => dice.one(PATHS))) key[path] = dice.one([1, 1, -1])
  if (dice.once(20)) key[Object.keys(key)[0] as string] = 'hashed'
  const spec: Document = { key, name: `i${at}` }
  if (dice.once(5)) spec.sparse = true
  else if (dice.once(4)) spec.partialFilterExpression = dice.one(PARTS)
  if (dice.once(7)) spec.unique = true
  return spec
}
