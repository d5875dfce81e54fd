import type { Connection } from 'mongoose'
import type { Condition, Figure } from '../support/figure.ts'
import { activity, BATCH, INDEXES, PEOPLE } from './activity.ts'

type Collection = ReturnType<Connection['collection']>

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** The usual time of something, in ms. */
export const timed = async (times: number, work: (i: number) => Promise<unknown>): Promise<number> => {
  for (let i = 0; i < times / 4; i++) await work(i)
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await work(i)
    took.push(performance.now() - start)
  }
  return median(took)
}

const ms = (value: number): string => `${value.toFixed(3)} ms`

const below = (
  what: string,
  value: number,
  floor: number | undefined,
  product = ms(value),
  reference = '',
): Figure => ({
  goal: '',
  what: `docstore: ${what}`,
  product,
  reference,
  value,
  unit: 'ms',
  better: 'lower',
  ...(floor === undefined ? {} : { floor }),
})

const byKey = (c: Collection, docs: number): Promise<number> =>
  timed(2000, (i) =>
    c.findOne({ org: 'org_1', source: 'crm', externalId: `ext-${(i * 7919) % docs}`, revision: 1 } as never),
  )

/** findOne by a unique key among many and among a thousand, taken in turns. */
export const keyFigures = async (many: Collection, docs: number): Promise<Figure[]> => {
  const few = many.conn.collection('few')
  await few.createIndexes(INDEXES as never)
  await few.insertMany(Array.from({ length: 1000 }, (_, n) => activity(n)) as never[])
  const rounds: [number, number][] = []
  for (let round = 0; round < 5; round++) rounds.push([await byKey(few, 1000), await byKey(many, docs)])
  const small = median(rounds.map(([of]) => of))
  const large = median(rounds.map(([, of]) => of))
  const count = docs.toLocaleString('en')
  const what = `docstore: findOne by a unique key among ${count}, over among 1,000`
  const ratio: Figure = { ...below('', large / small, 1.5, ms(large), ms(small)), what, unit: '×' }
  return [below(`findOne by a unique key among ${count}, p50`, large, 0.5), ratio]
}

const examined = async (c: Collection, filter: object, sort: Record<string, 1 | -1>): Promise<number> => {
  const told = await c
    .find(filter as never)
    .sort(sort)
    .limit(20)
    .explain('executionStats')
  return Number((told as { executionStats: { totalDocsExamined: number } }).executionStats.totalDocsExamined)
}

/** Ranges over an index that ask for twenty read twenty. */
export const rangeConditions = async (c: Collection): Promise<Condition[]> => {
  const person = { org: 'org_1', personId: `person_${PEOPLE - 1}` }
  const at = { $gte: new Date(1_700_000_000_000) }
  const cases: [string, object, Record<string, 1 | -1>][] = [
    ['a person since an instant, oldest first', { ...person, at }, { at: 1 }],
    ['a person since an instant, newest first', { ...person, at }, { at: -1 }],
    ['what is pending, oldest first', { org: 'org_1', pending: { $lt: new Date() } }, { pending: 1 }],
    ['from a key on', { org: 'org_1', source: 'crm', externalId: { $gte: 'ext-5' } }, { externalId: 1 }],
    ['everything by a key, backwards', {}, { org: -1, pending: -1 }],
  ]
  const out: Condition[] = []
  for (const [what, filter, sort] of cases)
    out.push({ what: `docstore: limit 20 reads 20: ${what}`, holds: (await examined(c, filter, sort)) === 20 })
  return out
}

/** The other things Pitboard does often; for comparison between versions, without bounds. */
export const habitFigures = async (c: Collection, docs: number): Promise<Figure[]> => {
  const any = (n: number): number => (n * 7919) % docs
  const ids = (i: number): string[] => Array.from({ length: 200 }, (_, k) => activity(any(i * 200 + k))._id)
  const bulk = (i: number): Promise<unknown> =>
    c.bulkWrite(
      ids(i)
        .slice(0, 150)
        .map((_id) => ({
          updateOne: { filter: { _id, revision: 1 }, update: { $set: { 'body.amountCents': i, scored: true } } },
        })) as never,
    )
  const duplicates = (i: number): Promise<unknown> =>
    c
      .insertMany(Array.from({ length: BATCH }, (_, k) => activity((any(i) + k) % docs)) as never[], { ordered: false })
      .catch(() => undefined)
  const create = (): Promise<unknown> => c.conn.db?.command({ create: c.collectionName }) ?? Promise.resolve()
  const ping = (): Promise<unknown> => c.conn.db?.command({ ping: 1 }) ?? Promise.resolve()
  return [
    below('ping, the way there and back, p50', await timed(1000, ping), undefined),
    below('create of an existing collection, p50', await timed(1000, create), 0.2),
    below(
      'findOne by _id, p50',
      await timed(2000, (i) => c.findOne({ _id: activity(any(i))._id } as never)),
      undefined,
    ),
    below(
      'find by 200 _ids, p50',
      await timed(100, (i) => c.find({ _id: { $in: ids(i) } } as never).toArray()),
      undefined,
    ),
    below('bulkWrite of 150 updateOne, p50', await timed(40, bulk), undefined),
    below('batch of 100 that are all duplicates, p50', await timed(40, duplicates), undefined),
  ]
}
