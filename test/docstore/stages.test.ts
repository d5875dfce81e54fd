import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Local } from './local.ts'
import { day, openSales, type Sales } from './sales.ts'

let local: Local
let run: Sales['run']
beforeAll(() => {
  ;({ local, run } = openSales())
})
afterAll(() => local.close())

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
