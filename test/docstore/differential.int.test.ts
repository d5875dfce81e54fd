import { type Document, deserialize, EJSON } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valueFromJs } from '../../docstore/bson/js.ts'
import { bytesOf, type Value } from '../../docstore/bson/value.ts'
import { parseSort, sortKeyOf } from '../../docstore/plan/sort.ts'
import { type Dice, diceOf } from './differential/dice.ts'
import { document, index } from './differential/documents.ts'
import { filter, projection, sort } from './differential/queries.ts'
import { faultsOf, findRaw, insertRaw } from './differential/store.ts'
import { update } from './differential/updates.ts'
import { type Local, openLocal } from './local.ts'

const CASES = 20_000
const CASES_A_ROUND = 50
const SEED = Number(process.env.DOCSTORE_SEED ?? 20_171)

let local: Local
beforeAll(() => {
  local = openLocal(() => 1_500_000_000_000)
  local.engine.sqlite.exec('PRAGMA synchronous=OFF')
})
afterAll(() => local.close())

const exactly = (doc: Value): Document => deserialize(bytesOf(doc), { promoteValues: false, bsonRegExp: true })

const texts = (docs: readonly Value[]): string[] => docs.map((doc) => bytesOf(doc).toString('latin1'))
const shown = (docs: readonly Value[]): string[] => docs.map((doc) => EJSON.stringify(exactly(doc), { relaxed: false }))

/** Fails with everything needed to see the case again. */
const same = (a: readonly Value[], b: readonly Value[], about: () => string): void => {
  const [x, y] = [texts(a), texts(b)]
  if (x.length === y.length && x.every((v, i) => v === y[i])) return
  expect(shown(a), about()).toEqual(shown(b))
  throw new Error(about())
}

/** What a find is told that must not be: a sort by two lists of one document. */
const refusalOf = (store: Local, command: Document): string | undefined => {
  const { ok, errmsg } = store.run(command)
  return ok ? undefined : errmsg
}

const inOrder = (docs: readonly Value[]): Value[] => [...docs].sort((a, b) => Buffer.compare(bytesOf(a), bytesOf(b)))

/** One find by the planner or by one index against the same find by a full scan. */
const compareFind = (dice: Dice, names: readonly string[], seed: number): void => {
  const order = sort(dice)
  const total = Object.keys(order).length > 0 && dice.once(2)
  const cut = dice.once(3) ? { limit: 1 + dice.below(4), skip: dice.below(3) } : {}
  const hint = dice.once(3) && names.length ? { hint: dice.one(names) } : {}
  const find: Document = { find: 'c', filter: filter(dice), sort: total ? { ...order, _id: 1 } : order, ...cut }
  const shape = projection(dice)
  const about = (): string => `seed ${seed}: ${EJSON.stringify({ ...find, ...hint, shape })}`
  const refusal = refusalOf(local, { ...find, hint: { $natural: 1 } })
  expect(refusalOf(local, { ...find, ...hint }), about()).toBe(refusal)
  if (refusal) return
  const planned = findRaw(local, { ...find, ...hint })
  const scanned = findRaw(local, { ...find, hint: { $natural: 1 } })
  if (total) same(planned, scanned, about)
  else if ('limit' in cut) expect(planned.length, about()).toBe(scanned.length)
  else same(inOrder(planned), inOrder(scanned), about)
  const fields = parseSort(valueFromJs(order))
  if (fields.length)
    expect(
      planned.map((doc) => sortKeyOf(bytesOf(doc), fields).toString('latin1')),
      about(),
    ).toEqual(scanned.map((doc) => sortKeyOf(bytesOf(doc), fields).toString('latin1')))
  if (!shape || !total) return
  same(
    findRaw(local, { ...find, ...hint, projection: shape }),
    findRaw(local, { ...find, hint: { $natural: 1 }, projection: shape }),
    about,
  )
}

const copyBack = (): void => {
  local.run({ delete: 'plain', deletes: [{ q: {}, limit: 0 }] })
  insertRaw(local, 'plain', findRaw(local, { find: 'c' }))
}

/** One update of the collection with indexes and of its twin without: the same outcome, and every index as if rebuilt. */
const compareUpdate = (dice: Dice, seed: number): void => {
  const { u, arrayFilters, asks } = update(dice)
  const wanted = { ...filter(dice), ...asks }
  const statement = { q: wanted, u, multi: true, ...(arrayFilters ? { arrayFilters } : {}) }
  const about = (): string => `seed ${seed}: ${EJSON.stringify(statement)}`
  const indexed = local.run({ update: 'c', updates: [statement] })
  const bare = local.run({ update: 'plain', updates: [statement] })
  expect(faultsOf(local, 'c'), about()).toEqual([])
  const [fault] = indexed.writeErrors ?? []
  // what only indexes forbid, and where it stopped, differs
  if (fault || bare.writeErrors) {
    if (!fault || ![11000, 171, 16766].includes(fault.code))
      expect(Boolean(fault), `${about()} ${EJSON.stringify([fault, bare.writeErrors])}`).toBe(Boolean(bare.writeErrors))
    copyBack()
    return
  }
  expect([indexed.n, indexed.nModified], about()).toEqual([bare.n, bare.nModified])
  same(findRaw(local, { find: 'c', sort: { _id: 1 } }), findRaw(local, { find: 'plain', sort: { _id: 1 } }), about)
}

const round = (seed: number): void => {
  const dice = diceOf(seed)
  const documents = Array.from({ length: 1 + dice.below(24) }, (_, _id) => document(dice, _id))
  for (const name of ['c', 'plain']) {
    local.run({ drop: name })
    local.run({ insert: name, documents })
  }
  const early = dice.once(2)
  const specs = Array.from({ length: 1 + dice.below(4) }, (_, i) => index(dice, i))
  if (!early) local.run({ delete: 'c', deletes: [{ q: {}, limit: 0 }] })
  for (const spec of specs) local.run({ createIndexes: 'c', indexes: [spec] })
  // indexes that are there first forbid some of the documents
  if (!early) local.run({ insert: 'c', documents, ordered: false })
  copyBack()
  expect(faultsOf(local, 'c'), `seed ${seed}`).toEqual([])
  const names = local
    .run({ listIndexes: 'c' })
    .cursor.firstBatch.flatMap((spec: Document) => (spec.sparse || spec.partialFilterExpression ? [] : [spec.name]))
  for (let i = 0; i < CASES_A_ROUND; i++)
    if (i % 5 === 4) compareUpdate(dice, seed)
    else compareFind(dice, names, seed)
}

describe('a store with indexes', () => {
  it('finds, sorts and changes what one without indexes does, in 20,000 random cases', () => {
    for (let i = 0; i < CASES / CASES_A_ROUND; i++) round(SEED + i)
  }, 120_000)
})
