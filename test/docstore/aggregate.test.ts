import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
  local.run({
    insert: 'deals',
    documents: [1, 2, 3, 4].map((n) => ({ _id: n, owner: n % 2 ? 'ana' : 'bo', cents: n * 100, tags: ['t', `t${n}`] })),
  })
  local.run({
    insert: 'people',
    documents: [
      { _id: 'ana', team: 'x' },
      { _id: 'bo', team: 'y' },
    ],
  })
})
afterAll(() => local.close())

const run = (pipeline: Document[], more: Document = {}): unknown => {
  const reply = local.run({ aggregate: 'deals', pipeline, cursor: {}, ...more })
  return reply.cursor ? reply.cursor.firstBatch : reply.code
}

describe('aggregations', () => {
  it.each<[string, Document[], unknown]>([
    ['count what matches', [{ $match: { owner: 'ana' } }, { $count: 'n' }], [{ n: 2 }]],
    ['count nothing as no document', [{ $match: { owner: 'cy' } }, { $count: 'n' }], []],
    [
      'group and sort',
      [{ $group: { _id: '$owner', cents: { $sum: '$cents' } } }, { $sort: { _id: 1 } }],
      [
        { _id: 'ana', cents: 400 },
        { _id: 'bo', cents: 600 },
      ],
    ],
    [
      'count a nothing that a later stage left',
      [{ $group: { _id: '$owner' } }, { $match: { _id: 'cy' } }, { $count: 'n' }],
      [],
    ],
    [
      'unwind and match again',
      [{ $unwind: '$tags' }, { $match: { tags: { $in: ['t3', /^t4/] } } }, { $project: { _id: 1 } }],
      [{ _id: 3 }, { _id: 4 }],
    ],
    [
      'sort, skip and limit',
      [{ $sort: { cents: -1 } }, { $skip: 1 }, { $limit: 1 }, { $project: { cents: 1 } }],
      [{ _id: 3, cents: 300 }],
    ],
    [
      'look up by fields and a pipeline',
      [
        { $match: { _id: 1 } },
        {
          $lookup: {
            from: 'people',
            localField: 'owner',
            foreignField: '_id',
            pipeline: [{ $project: { _id: 0 } }],
            as: 'who',
          },
        },
        { $project: { who: 1 } },
      ],
      [{ _id: 1, who: [{ team: 'x' }] }],
    ],
    [
      'make facets',
      [{ $facet: { n: [{ $count: 'n' }], first: [{ $limit: 1 }, { $project: { _id: 1 } }] } }],
      [{ n: [{ n: 4 }], first: [{ _id: 1 }] }],
    ],
    [
      'rank in a window',
      [
        { $setWindowFields: { sortBy: { cents: -1 }, output: { rank: { $rank: {} } } } },
        { $limit: 1 },
        { $project: { rank: 1 } },
      ],
      [{ _id: 4, rank: 1 }],
    ],
  ])('%s', (_what, pipeline, expected) => {
    expect(run(pipeline)).toEqual(expected)
  })

  it.each<[string, Document[], number]>([
    ['an unknown stage', [{ $foo: 1 }], 40324],
    ['two stages in one', [{ $match: {}, $limit: 1 }], 40323],
    ['an unknown filter', [{ $match: { a: { $foo: 1 } } }], 2],
    ['an unknown variable', [{ $project: { a: '$$nobody' } }], 17276],
    ['$out in the middle', [{ $out: 'x' }, { $limit: 1 }], 40601],
    ['a limit of nothing', [{ $limit: 0 }], 15958],
    ['code of the client', [{ $project: { a: { $function: { body: 'x', args: [], lang: 'js' } } } }], 2],
    ['change streams', [{ $changeStream: {} }], 40573],
  ])('refuse %s', (_what, pipeline, code) => {
    expect(run(pipeline)).toBe(code)
  })

  it('write their results with $out and $merge', () => {
    run([{ $group: { _id: '$owner', cents: { $sum: '$cents' } } }, { $out: 'totals' }])
    run([{ $match: { owner: 'ana' } }, { $group: { _id: '$owner', n: { $sum: 1 } } }, { $merge: { into: 'totals' } }])
    expect(local.run({ find: 'totals', sort: { _id: 1 } }).cursor.firstBatch).toEqual([
      { _id: 'ana', cents: 400, n: 2 },
      { _id: 'bo', cents: 600 },
    ])
  })

  it('use values given beside them', () => {
    expect(
      run([{ $match: { $expr: { $gt: ['$cents', '$$least'] } } }, { $project: { _id: 1 } }], {
        let: { least: { $add: [200, 100] } },
      }),
    ).toEqual([{ _id: 4 }])
  })
})
