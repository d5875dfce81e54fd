import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
})
afterAll(() => local.close())

let made = 0
const collectionOf = (documents: Document[]): string => {
  const name = `c${++made}`
  local.run({ insert: name, documents: documents.map((doc, i) => ({ _id: i, ...doc })) })
  return name
}
const idsOf = (documents: Document[], command: Document): number[] =>
  found(local, { find: collectionOf(documents), ...command }).map(({ _id }) => _id)

describe('an upsert', () => {
  it.each([
    [{ a: { $in: [5] } }, { _id: 1, a: 5, b: 1 }],
    [{ a: { $in: [5, 5] } }, { _id: 1, a: 5, b: 1 }],
    [{ a: { $in: [5, 6] } }, { _id: 1, b: 1 }],
    [{ a: { $nin: [5] } }, { _id: 1, b: 1 }],
  ])('by %o begins with what can only be meant', (q, doc) => {
    const name = `upsert${++made}`
    local.run({ update: name, updates: [{ q: { _id: 1, ...q }, u: { $set: { b: 1 } }, upsert: true }] })
    expect(found(local, { find: name })).toEqual([doc])
  })
})

describe('a sort by two fields of the elements of one list', () => {
  const documents = [
    {
      list: [
        { x: 1, y: 9 },
        { x: 2, y: 0 },
      ],
    },
    { list: [{ x: 1, y: 5 }] },
  ]
  it('takes both from the same element, as an index over them does', () => {
    const name = collectionOf(documents)
    const sorted = (): number[] => found(local, { find: name, sort: { 'list.x': 1, 'list.y': 1 } }).map((d) => d._id)
    expect(sorted()).toEqual([1, 0])
    local.run({ createIndexes: name, indexes: [{ key: { 'list.x': 1, 'list.y': 1 }, name: 'xy' }] })
    expect(sorted()).toEqual([1, 0])
  })

  it('does so under a collation too', () => {
    const named = [
      {
        list: [
          { x: 'a', y: 'Z' },
          { x: 'b', y: 'a' },
        ],
      },
      { list: [{ x: 'A', y: 'm' }] },
      { list: [] },
    ]
    const collation = { locale: 'en', strength: 1 }
    expect(idsOf(named, { sort: { 'list.x': 1, 'list.y': 1 }, collation })).toEqual([2, 1, 0])
    expect(idsOf(named, { sort: { 'list.x': -1, 'list.y': 1 }, collation })).toEqual([0, 1, 2])
  })
})

describe('a pattern', () => {
  const texts = (...list: string[]): Document[] => list.map((a) => ({ a }))
  it.each([
    ['ends before the last new line too', 'c$', '', texts('abc\n', 'abc', 'abc\n\n', 'abc\r'), [0, 1]],
    ['with m ends lines at \\n only', 'c$', 'm', texts('abc\nx', 'abc\rx', 'abc'), [0, 2]],
    ['with m begins lines after \\n only', '^a', 'm', texts('x\na', 'x\ra', 'a', 'x\u2028a'), [0, 2]],
    ['has any letter but \\n for a dot', '^.$', '', texts('\r', '\n', '\u2028', '😀'), [0, 2, 3]],
    ['with s has any letter for a dot', '^.$', 's', texts('\r', '\n'), [0, 1]],
    ['may say so in its midst', '^(?s:.+)$', '', texts('\r', 'x\ny'), [0, 1]],
    ['has dots and dollars as they are in a class', '^[.$]$', '', texts('$', '.', 'a'), [0, 1]],
    ['has dollars as they are after a backslash', 'a\\$b', '', texts('a$b', 'a.b'), [0]],
  ])('%s', (_what, $regex, $options, documents, ids) => {
    expect(idsOf(documents, { filter: { a: { $regex, $options } } })).toEqual(ids)
  })
})

describe('a hint', () => {
  it('of a sparse index leaves out what the index leaves out', () => {
    const name = collectionOf([{ a: 2 }, { b: 1 }, { a: 1 }])
    local.run({ createIndexes: name, indexes: [{ key: { a: 1 }, name: 'a', sparse: true }] })
    expect(local.run({ count: name, hint: 'a' }).n).toBe(2)
    expect(local.run({ count: name }).n).toBe(3)
    expect(found(local, { find: name, sort: { a: 1 }, hint: { a: 1 } }).map(({ _id }) => _id)).toEqual([2, 0])
    expect(found(local, { find: name, sort: { a: 1 } }).map(({ _id }) => _id)).toEqual([1, 2, 0])
  })

  it('of -1 for $natural reads from the last document on, also behind a view', () => {
    const name = collectionOf([{ a: 1 }, { a: 0 }, { a: 1 }])
    const hint = { $natural: -1 }
    expect(found(local, { find: name, hint }).map(({ _id }) => _id)).toEqual([2, 1, 0])
    const { cursor } = local.run({ aggregate: name, pipeline: [{ $match: { a: 1 } }], hint, cursor: {} })
    expect(cursor.firstBatch.map(({ _id }: Document) => _id)).toEqual([2, 0])
    local.run({ create: `${name}-ones`, viewOn: name, pipeline: [{ $match: { a: 1 } }] })
    expect(found(local, { find: `${name}-ones`, sort: hint }).map(({ _id }) => _id)).toEqual([2, 0])
  })
})

describe('a view', () => {
  it('is refused statement by statement when it is written to', () => {
    local.run({ create: 'sight', viewOn: 'c1', pipeline: [] })
    const codes = (command: Document): number[] => local.run(command).writeErrors.map(({ code }: Document) => code)
    expect(codes({ insert: 'sight', documents: [{}, {}] })).toEqual([166])
    expect(codes({ insert: 'sight', documents: [{}, {}], ordered: false })).toEqual([166, 166])
    expect(codes({ update: 'sight', updates: [{ q: {}, u: { $set: { a: 1 } } }] })).toEqual([166])
    expect(codes({ delete: 'sight', deletes: [{ q: {}, limit: 0 }] })).toEqual([166])
    expect(local.run({ findAndModify: 'sight', remove: true }).code).toBe(166)
    expect(local.run({ drop: 'sight' })).toEqual({ ns: 'test.sight', ok: 1 })
  })
})

describe('bulkWrite', () => {
  const insert = { insert: 0, document: { _id: 1 } }
  it.each([
    [{ update: 0, filter: {}, updateMods: 5 }, 9],
    [{ delete: 0, filter: {}, hint: 5 }, 9],
    [{ delete: 0, filter: {}, multi: 1 }, 14],
    [{ update: 0, filter: {}, updateMods: [], upsert: 1 }, 14],
    [{ update: 0, filter: 1, updateMods: {} }, 14],
    [{ delete: 0, filter: true }, 14],
    [{ replace: 0, document: {} }, 40415],
  ])('writes nothing when there is %o among its operations', (wrong, code) => {
    const name = `bulk${++made}`
    const reply = local.run({ bulkWrite: 1, ops: [insert, wrong], nsInfo: [{ ns: `test.${name}` }], $db: 'admin' })
    expect(reply.code).toBe(code)
    expect(local.run({ count: name }).n).toBe(0)
  })

  it('takes a number for whether validators are passed by', () => {
    local.run({ create: 'strict', validator: { a: 1 } })
    const bulk = { bulkWrite: 1, ops: [insert], nsInfo: [{ ns: 'test.strict' }], $db: 'admin' }
    expect(local.run({ ...bulk, bypassDocumentValidation: 0 }).nErrors).toBe(1)
    expect(local.run({ ...bulk, bypassDocumentValidation: 1 }).nInserted).toBe(1)
  })
})

describe('an empty validator', () => {
  it('is none', () => {
    local.run({ create: 'unchecked', validator: {} })
    expect(local.run({ listCollections: 1, filter: { name: 'unchecked' } }).cursor.firstBatch[0].options).toEqual({})
  })
})

describe('$sampleRate', () => {
  it('of 1 takes all documents and of 0 none', () => {
    expect(idsOf([{}, {}], { filter: { $sampleRate: 1 } })).toEqual([0, 1])
    expect(idsOf([{}, {}], { filter: { $sampleRate: 0 } })).toEqual([])
  })
})

describe('expressions', () => {
  const computed = (expression: unknown): unknown => {
    const pipeline = [{ $documents: [{ a: 1 }] }, { $project: { r: expression } }]
    const { r } = local.run({ aggregate: 1, pipeline, cursor: {} }).cursor.firstBatch[0]
    return r
  }
  const places = (input: string, regex: RegExp): number[] =>
    (computed({ $regexFindAll: { input, regex } }) as Document[]).map(({ idx }) => idx)

  it('find nothing at the end of a text they have read to its end', () => {
    expect(places('ab', /x*/)).toEqual([0, 1])
    expect(places('xx', /x*/)).toEqual([0])
    expect(places('a😀', /x*/)).toEqual([0, 1])
    expect(places('ab', /$/)).toEqual([2])
    expect(places('', /x*/)).toEqual([0])
  })

  it('hash as the indexes of MongoDB do, numbers of all types alike', () => {
    const hash = (v: unknown): string => String(computed({ $toString: { $toHashedIndexKey: { $literal: v } } }))
    expect(hash(1)).toBe('5902408780260971510')
    expect(hash(1.5)).toBe('5902408780260971510')
    expect(hash({ a: 1 })).not.toBe(hash({ b: 1 }))
  })
})
