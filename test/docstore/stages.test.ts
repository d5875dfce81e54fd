import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, type Local, openLocal } from './local.ts'

let local: Local
const day = (n: number): Date => new Date(Date.UTC(2024, 0, n))

beforeAll(() => {
  local = openLocal()
  local.run({
    insert: 'sales',
    documents: [
      { _id: 1, who: 'ana', at: day(1), cents: 100 },
      { _id: 2, who: 'ana', at: day(2), cents: 300 },
      { _id: 3, who: 'ana', at: day(4), cents: 200 },
      { _id: 4, who: 'bo', at: day(1), cents: 300 },
      { _id: 5, who: 'bo', at: day(3), cents: 100 },
    ],
  })
  local.run({
    insert: 'people',
    documents: [
      { _id: 'ana', boss: 'cy', tags: ['a', 'b'] },
      { _id: 'bo', boss: 'cy', tags: [] },
      { _id: 'cy', boss: 'di' },
      { _id: 'di', boss: null },
    ],
  })
  local.run({ createIndexes: 'people', indexes: [{ key: { boss: 1 }, name: 'boss' }] })
})
afterAll(() => local.close())

const run = (pipeline: Document[], coll = 'sales', more: Document = {}): unknown => {
  const reply = local.run({ aggregate: coll, pipeline, cursor: { batchSize: 1000 }, ...more })
  return reply.cursor ? reply.cursor.firstBatch : reply.code
}
const windowed = (output: Document, more: Document = { partitionBy: '$who', sortBy: { at: 1 } }): unknown[] =>
  (run([{ $setWindowFields: { ...more, output: { v: output } } }, { $sort: { _id: 1 } }]) as Document[]).map((d) => d.v)

describe('joins', () => {
  it('finds the people of each sale by a field, with conditions and stages of its own', () => {
    const who = { from: 'people', localField: 'who', foreignField: '_id', as: 'p.who' }
    expect(run([{ $match: { _id: 1 } }, { $lookup: who }])).toEqual([
      { _id: 1, who: 'ana', at: day(1), cents: 100, p: { who: [{ _id: 'ana', boss: 'cy', tags: ['a', 'b'] }] } },
    ])
    const own = {
      ...who,
      let: { c: '$cents' },
      pipeline: [{ $match: { $expr: { $gt: ['$$c', 150] } } }, { $project: { boss: 1 } }],
    }
    expect(run([{ $match: { who: 'ana' } }, { $lookup: own }, { $project: { n: { $size: '$p.who' } } }])).toEqual([
      { _id: 1, n: 0 },
      { _id: 2, n: 1 },
      { _id: 3, n: 1 },
    ])
  })

  it('joins by a pipeline alone, a list, and nothing', () => {
    const by = {
      from: 'sales',
      let: { id: '$_id' },
      pipeline: [{ $match: { $expr: { $eq: ['$who', '$$id'] } } }, { $count: 'n' }],
      as: 's',
    }
    expect(run([{ $lookup: by }, { $project: { s: 1 } }], 'people')).toEqual([
      { _id: 'ana', s: [{ n: 3 }] },
      { _id: 'bo', s: [{ n: 2 }] },
      { _id: 'cy', s: [] },
      { _id: 'di', s: [] },
    ])
    const list = {
      localField: 'tags',
      foreignField: 't',
      pipeline: [{ $documents: [{ t: 'b' }, { t: null }] }],
      as: 'x',
    }
    expect(
      run(
        [
          { $lookup: { ...list, localField: undefined, foreignField: undefined } },
          { $limit: 1 },
          { $project: { x: 1 } },
        ],
        'people',
      ),
    ).toEqual([{ _id: 'ana', x: [{ t: 'b' }, { t: null }] }])
    const missing = { from: 'nowhere', localField: 'boss', foreignField: 'x', as: 'x' }
    expect(run([{ $lookup: missing }, { $match: { x: { $ne: [] } } }], 'people')).toEqual([])
  })

  it('climbs from boss to boss, so far and no further', () => {
    const graph = { from: 'people', startWith: '$boss', connectFromField: 'boss', connectToField: '_id', as: 'up' }
    const up = (more: Document): unknown =>
      run(
        [{ $match: { _id: 'ana' } }, { $graphLookup: { ...graph, ...more } }, { $project: { 'up._id': 1, 'up.n': 1 } }],
        'people',
      )
    expect(up({ depthField: 'n' })).toEqual([
      {
        _id: 'ana',
        up: [
          { _id: 'cy', n: 0 },
          { _id: 'di', n: 1 },
        ],
      },
    ])
    expect(up({ maxDepth: 0 })).toEqual([{ _id: 'ana', up: [{ _id: 'cy' }] }])
    expect(up({ restrictSearchWithMatch: { boss: null } })).toEqual([{ _id: 'ana', up: [] }])
  })

  it('puts collections one after the other and asks several questions at once', () => {
    expect(
      run([
        { $match: { _id: 1 } },
        { $unionWith: { coll: 'people', pipeline: [{ $match: { _id: 'di' } }] } },
        { $project: { _id: 1 } },
      ]),
    ).toEqual([{ _id: 1 }, { _id: 'di' }])
    expect(
      run([
        {
          $facet: {
            n: [{ $count: 'n' }],
            top: [{ $sort: { cents: -1, _id: 1 } }, { $limit: 1 }, { $project: { _id: 1 } }],
            none: [{ $match: { x: 1 } }],
          },
        },
      ]),
    ).toEqual([{ n: [{ n: 5 }], top: [{ _id: 2 }], none: [] }])
  })
})

describe('groups and shapes', () => {
  it('groups by several fields and by nothing', () => {
    expect(
      run([
        {
          $group: {
            _id: { w: '$who' },
            all: { $push: '$cents' },
            one: { $addToSet: '$who' },
            top: { $max: '$cents' },
            first: { $first: '$at' },
          },
        },
        { $sort: { _id: 1 } },
      ]),
    ).toEqual([
      { _id: { w: 'ana' }, all: [100, 300, 200], one: ['ana'], top: 300, first: day(1) },
      { _id: { w: 'bo' }, all: [300, 100], one: ['bo'], top: 300, first: day(1) },
    ])
    expect(
      run([
        {
          $group: {
            _id: null,
            best: { $topN: { n: 2, sortBy: { cents: -1, _id: 1 }, output: '$_id' } },
            avg: { $avg: '$cents' },
          },
        },
      ]),
    ).toEqual([{ _id: null, best: [2, 4], avg: 200 }])
    expect(run([{ $group: { _id: null, n: { $sum: 1 } } }], 'nowhere')).toEqual([])
  })

  it('counts in buckets', () => {
    expect(run([{ $bucket: { groupBy: '$cents', boundaries: [0, 200, 300], default: 'more' } }])).toEqual([
      { _id: 0, count: 2 },
      { _id: 200, count: 1 },
      { _id: 'more', count: 2 },
    ])
    expect(run([{ $bucketAuto: { groupBy: '$cents', buckets: 2 } }])).toEqual([
      { _id: { min: 100, max: 300 }, count: 3 },
      { _id: { min: 300, max: 300 }, count: 2 },
    ])
    expect(run([{ $sortByCount: '$who' }])).toEqual([
      { _id: 'ana', count: 3 },
      { _id: 'bo', count: 2 },
    ])
  })

  it('unwinds, keeps what is empty and numbers', () => {
    expect(
      run(
        [
          { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
          { $project: { tags: 1, i: 1 } },
        ],
        'people',
      ),
    ).toEqual([
      { _id: 'ana', tags: 'a', i: 0 },
      { _id: 'ana', tags: 'b', i: 1 },
      { _id: 'bo', i: null },
      { _id: 'cy', i: null },
      { _id: 'di', i: null },
    ])
  })

  it('projects in lists, computes and leaves out', () => {
    const docs = { $documents: [{ _id: 1, a: [{ b: 1, c: 2 }, 5], d: { e: 3, f: 4 } }] }
    const shape = (stage: Document): unknown => {
      const reply = local.run({ aggregate: 1, pipeline: [docs, stage], cursor: {} })
      return reply.cursor ? reply.cursor.firstBatch[0] : reply.code
    }
    expect(shape({ $project: { 'a.b': 1 } })).toEqual({ _id: 1, a: [{ b: 1 }] })
    expect(shape({ $project: { 'a.b': 0, d: { e: 0 } } })).toEqual({ _id: 1, a: [{ c: 2 }, 5], d: { f: 4 } })
    expect(shape({ $project: { _id: 0, x: '$d.e', d: { g: { $add: ['$d.f', 1] }, f: 1 } } })).toEqual({
      x: 3,
      d: { f: 4, g: 5 },
    })
    expect(shape({ $set: { 'd.e': '$$REMOVE', 'a.n': 9 } })).toEqual({
      _id: 1,
      a: [{ b: 1, c: 2, n: 9 }, { n: 9 }],
      d: { f: 4 },
    })
    expect(shape({ $unset: ['a', 'd.e'] })).toEqual({ _id: 1, d: { f: 4 } })
    expect(shape({ $replaceWith: '$d' })).toEqual({ e: 3, f: 4 })
    expect(shape({ $replaceRoot: { newRoot: '$a' } })).toBe(40228)
    expect(shape({ $redact: { $cond: [{ $eq: ['$f', 4] }, '$$PRUNE', '$$DESCEND'] } })).toEqual({
      _id: 1,
      a: [{ b: 1, c: 2 }, 5],
    })
    expect(shape({ $project: { a: 1, d: 0 } })).toBe(31254)
    expect(shape({ $project: { 'a.b': 1, a: 1 } })).toBe(31250)
  })
})

describe('windows over sales', () => {
  it.each<[string, Document, unknown[]]>([
    ['a running sum', { $sum: '$cents', window: { documents: ['unbounded', 'current'] } }, [100, 400, 600, 300, 400]],
    ['the sum of the last two', { $sum: '$cents', window: { documents: [-1, 0] } }, [100, 400, 500, 300, 400]],
    ['the sum of all', { $sum: '$cents' }, [600, 600, 600, 400, 400]],
    [
      'the sum of two days',
      { $sum: '$cents', window: { range: [-1, 'current'], unit: 'day' } },
      [100, 400, 200, 300, 100],
    ],
    ['the number', { $documentNumber: {} }, [1, 2, 3, 1, 2]],
    ['the one before', { $shift: { output: '$cents', by: -1, default: 'none' } }, ['none', 100, 300, 'none', 300]],
    [
      'the list so far',
      { $push: '$_id', window: { documents: ['unbounded', 'current'] } },
      [[1], [1, 2], [1, 2, 3], [4], [4, 5]],
    ],
    [
      'growth a day',
      { $derivative: { input: '$cents', unit: 'day' }, window: { documents: [-1, 0] } },
      [null, 200, -50, null, -100],
    ],
    ['the area', { $integral: { input: '$cents', unit: 'day' } }, [700, 700, 700, 400, 400]],
    ['a moving average', { $expMovingAvg: { input: '$cents', alpha: 0.5 } }, [100, 200, 200, 300, 200]],
    ['the last value', { $locf: '$cents' }, [100, 300, 200, 300, 100]],
  ])('give %s', (_what, output, expected) => {
    expect(windowed(output)).toEqual(expected)
  })

  it('rank with ties', () => {
    expect(windowed({ $rank: {} }, { sortBy: { cents: -1 } })).toEqual([4, 1, 3, 1, 4])
    expect(windowed({ $denseRank: {} }, { sortBy: { cents: -1 } })).toEqual([3, 1, 2, 1, 3])
  })

  it('fill gaps of days and values', () => {
    const dense = [
      { $match: { who: 'ana' } },
      { $densify: { field: 'at', range: { step: 1, unit: 'day', bounds: 'full' } } },
    ]
    expect((run(dense) as Document[]).map((d) => d.at)).toEqual([day(1), day(2), day(3), day(4)])
    const filled = [
      ...dense,
      { $fill: { sortBy: { at: 1 }, output: { cents: { method: 'linear' }, who: { value: '?' } } } },
    ]
    expect((run(filled) as Document[]).map((d) => [d.cents, d.who])).toEqual([
      [100, 'ana'],
      [300, 'ana'],
      [250, '?'],
      [200, 'ana'],
    ])
  })
})

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
