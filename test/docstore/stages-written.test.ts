import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, type Local } from './local.ts'
import { openSales, type Sales } from './sales.ts'

let local: Local
let run: Sales['run']
beforeAll(() => {
  ;({ local, run } = openSales())
})
afterAll(() => local.close())

describe('results that are written', () => {
  it('replace a collection as a whole, or not at all', () => {
    run([{ $match: { who: 'bo' } }, { $project: { _id: 1 } }, { $out: 'kept' }])
    expect(found(local, { find: 'kept' })).toEqual([{ _id: 4 }, { _id: 5 }])
    expect(run([{ $project: { _id: { $literal: 1 } } }, { $out: 'kept' }])).toBe(11000)
    expect(found(local, { find: 'kept' })).toEqual([{ _id: 4 }, { _id: 5 }])
    run([{ $limit: 1 }, { $out: { db: 'other', coll: 'kept' } }])
    expect(local.engine.catalog.find('other', 'kept')?.count).toBe(1)
  })

  it.each<[string, Document, unknown]>([
    [
      'merge',
      {},
      [
        { _id: 1, old: 1, n: 7 },
        { _id: 2, n: 8 },
      ],
    ],
    [
      'replace',
      { whenMatched: 'replace' },
      [
        { _id: 1, n: 7 },
        { _id: 2, n: 8 },
      ],
    ],
    [
      'keep',
      { whenMatched: 'keepExisting' },
      [
        { _id: 1, old: 1 },
        { _id: 2, n: 8 },
      ],
    ],
    ['discard', { whenNotMatched: 'discard' }, [{ _id: 1, old: 1, n: 7 }]],
    [
      'compute',
      { whenMatched: [{ $set: { sum: { $add: ['$old', '$$new.n'] } } }] },
      [
        { _id: 1, old: 1, sum: 8 },
        { _id: 2, n: 8 },
      ],
    ],
    [
      'compute with values',
      { let: { x: '$n' }, whenMatched: [{ $set: { x: '$$x' } }] },
      [
        { _id: 1, old: 1, x: 7 },
        { _id: 2, n: 8 },
      ],
    ],
    ['fail on the known', { whenMatched: 'fail' }, 11000],
    ['fail on the unknown', { whenNotMatched: 'fail' }, 13113],
    ['need a unique index', { on: 'n' }, 51183],
    ['not know', { whenMatched: 'explode' }, 2],
    ['not take values without stages', { let: { x: 1 } }, 51199],
  ])('%s', (_what, options, expected) => {
    local.run({ drop: 'target' })
    local.run({ insert: 'target', documents: [{ _id: 1, old: 1 }] })
    const docs = [
      { _id: 1, n: 7 },
      { _id: 2, n: 8 },
    ]
    const reply = local.run({
      aggregate: 1,
      pipeline: [{ $documents: docs }, { $merge: { into: 'target', ...options } }],
      cursor: {},
    })
    expect(reply.ok ? found(local, { find: 'target', sort: { _id: 1 } }) : reply.code).toEqual(expected)
  })
})

describe('pipelines that make no sense', () => {
  const inside = (stage: Document): Document[] => [{ $lookup: { from: 'x', pipeline: [stage], as: 'y' } }]
  it.each<[string, Document[], number]>([
    ['an unknown stage', [{ $foo: 1 }], 40324],
    ['an unknown stage inside', inside({ $foo: 1 }), 40324],
    ['an unknown expression', [{ $project: { a: { $foo: 1 } } }], 31325],
    ['an unknown expression inside', inside({ $set: { a: { $foo: 1 } } }), 168],
    ['an unknown accumulator', [{ $group: { _id: 1, a: { $foo: 1 } } }], 15952],
    ['no accumulator', [{ $group: { _id: 1, a: 1 } }], 40234],
    ['a group of nothing', [{ $group: { a: { $sum: 1 } } }], 15955],
    ['a dotted name in a group', [{ $group: { _id: 1, 'a.b': { $sum: 1 } } }], 40235],
    ['an unknown option of $unwind', [{ $unwind: { path: '$a', foo: 1 } }], 28811],
    ['a path without dollar', [{ $unwind: 'a' }], 28818],
    ['an unknown option of $lookup', [{ $lookup: { from: 'a', as: 'b', foo: 1 } }], 9],
    ['an unknown option of $graphLookup', [{ $graphLookup: { foo: 1 } }], 40104],
    ['an unknown option of $merge', [{ $merge: { into: 'x', foo: 1 } }], 40415],
    ['an unknown option of $bucket', [{ $bucket: { foo: 1 } }], 40197],
    ['an unknown option of $sample', [{ $sample: { foo: 1 } }], 28748],
    ['an unknown option of $densify', [{ $densify: { field: 'a', foo: 1 } }], 40415],
    ['an unknown option of $setWindowFields', [{ $setWindowFields: { foo: 1 } }], 40415],
    ['an unknown window function', [{ $setWindowFields: { output: { a: { $foo: 1 } } } }], 9],
    ['$out in a lookup', inside({ $out: 'x' }), 51047],
    ['$out in a facet', [{ $facet: { a: [{ $out: 'x' }] } }], 40600],
    ['a facet in a facet', [{ $facet: { a: [{ $facet: { b: [] } }] } }], 40600],
    ['an empty facet', [{ $facet: {} }], 40169],
    ['documents in the middle', [{ $match: {} }, { $documents: [] }], 40602],
    ['an empty projection', [{ $project: {} }], 51272],
    ['a negative limit', [{ $limit: -1 }], 5107201],
    ['a negative skip', [{ $skip: -1 }], 5107200],
    ['an empty sort', [{ $sort: {} }], 15976],
    ['boundaries out of order', [{ $bucket: { groupBy: '$a', boundaries: [2, 1] } }], 40194],
    ['a division of constants by zero', [{ $project: { a: { $divide: [1, 0] } } }], 2],
    ['geo', [{ $geoNear: {} }], 115],
    ['search', [{ $search: {} }], 31082],
    ['change streams', [{ $changeStream: {} }], 40573],
  ])('refuse %s, also on what is not there', (_what, pipeline, code) => {
    expect(run(pipeline)).toBe(code)
    expect(run(pipeline, 'nowhere')).toBe(code)
  })

  it('refuse a let that looks at a document, and one that nobody defines', () => {
    expect(run([], 'sales', { let: { a: '$who' } })).toBe(4890500)
    expect(run([{ $match: { $expr: '$$a' } }], 'nowhere')).toBe(17276)
  })
})
