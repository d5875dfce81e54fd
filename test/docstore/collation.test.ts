import type { Document } from 'bson'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { found, type Local, openLocal, planOf } from './local.ts'

let local: Local
beforeEach(() => {
  local = openLocal()
})
afterEach(() => local.close())

const NAMES = ['Zoe', 'ana', 'Ana', 'Äna', 'bo', 'côte', 'coté', 'cote', 'item 10', 'item 9', '小红', '阿明']
const insert = (names: readonly unknown[] = NAMES, coll = 'people'): void => {
  local.run({ insert: coll, documents: names.map((name, i) => ({ _id: i, name })) })
}
const names = (command: Document): unknown[] => found(local, { find: 'people', ...command }).map((doc) => doc.name)
const CASELESS = { locale: 'en', strength: 2 }

describe('names in the order and sameness of a language', () => {
  it.each<[string, Document, string, string[]]>([
    ['whatever the letters are written in', { locale: 'en', strength: 2 }, 'ANA', ['ana', 'Ana']],
    ['whatever the accents', { locale: 'en', strength: 1 }, 'ana', ['ana', 'Ana', 'Äna']],
    ['but for the case', { locale: 'en', strength: 1, caseLevel: true }, 'Ana', ['Ana', 'Äna']],
    ['as it is written', { locale: 'en_US' }, 'ana', ['ana']],
  ])('finds a person %s', (_what, collation, name, expected) => {
    insert()
    expect(names({ filter: { name }, collation })).toEqual(expected)
    expect(names({ filter: { name: { $in: [name, 'nobody'] } }, collation })).toEqual(expected)
    expect(names({ filter: { name: { $nin: [name] } }, collation })).toHaveLength(NAMES.length - expected.length)
    expect(local.run({ count: 'people', query: { name }, collation }).n).toBe(expected.length)
  })

  it.each<[string, Document, string[], string[]]>([
    ['letters before cases', { locale: 'en' }, ['b', 'A', 'a', 'B'], ['a', 'A', 'b', 'B']],
    ['capitals first', { locale: 'en', caseFirst: 'upper' }, ['b', 'A', 'a', 'B'], ['A', 'a', 'B', 'b']],
    ['numbers as numbers', { locale: 'en', numericOrdering: true }, ['t10', 't9'], ['t9', 't10']],
    ['Chinese by its sound', { locale: 'zh' }, ['小红', '阿明'], ['阿明', '小红']],
    ['German names in a phone book', { locale: 'de@collation=phonebook' }, ['Af', 'Ä', 'Ad'], ['Ad', 'Ä', 'Af']],
    ['last by code point', { locale: 'en', strength: 5 }, ['\u0001b', 'b', 'a'], ['a', '\u0001b', 'b']],
  ])('sorts %s, with and without an index', (_what, collation, given, expected) => {
    insert(given)
    expect(names({ sort: { name: 1 }, collation })).toEqual(expected)
    local.run({ createIndexes: 'people', indexes: [{ key: { name: 1 }, name: 'n', collation }] })
    expect(planOf(local, { find: 'people', sort: { name: 1 }, collation })).toBe('n')
    expect(names({ sort: { name: 1 }, collation })).toEqual(expected)
    expect(names({ sort: { name: -1 }, collation })).toEqual(expected.toReversed())
  })

  it('uses an index with the same collation, and for numbers any', () => {
    insert()
    local.run({ createIndexes: 'people', indexes: [{ key: { name: 1 }, name: 'n', collation: CASELESS }] })
    const plan = (filter: Document, collation?: Document): string =>
      planOf(local, { find: 'people', filter, ...(collation ? { collation } : {}) })
    expect(plan({ name: 'ana' }, CASELESS)).toBe('n')
    expect(plan({ name: { $gte: 'b' } }, CASELESS)).toBe('n')
    expect(plan({ name: 'ana' })).toBe('scan')
    expect(plan({ name: 'ana' }, { locale: 'fr', strength: 2 })).toBe('scan')
    expect(plan({ name: 5 })).toBe('n')
    expect(plan({ name: { $regex: '^an' } }, CASELESS)).toBe('scan')
    expect(names({ filter: { name: 'ANA' }, collation: CASELESS })).toEqual(['ana', 'Ana'])
    expect(names({ filter: { name: 'never seen' }, collation: CASELESS })).toEqual([])
    expect(names({ filter: { name: { $gt: 'ana', $lt: 'COTE' } }, collation: CASELESS })).toEqual(['Äna', 'bo'])
    expect(names({ filter: { name: { $lte: 'anb' } }, collation: CASELESS })).toEqual(['ana', 'Ana', 'Äna'])
  })

  it('gives the same with a collated index as without, however many names come and go', () => {
    let seed = 7
    const dice = (n: number): number => {
      seed = (seed * 48271) % 2147483647
      return seed % n
    }
    const word = (): string => Array.from({ length: 1 + dice(4) }, () => 'aAbBéÉeE ñ9'.charAt(dice(11))).join('')
    local.run({ createIndexes: 'a', indexes: [{ key: { w: -1, n: 1 }, name: 'w', collation: CASELESS }] })
    for (let i = 0; i < 300; i++) {
      const w = dice(10) ? word() : [word(), word()]
      for (const coll of ['a', 'b']) local.run({ insert: coll, documents: [{ _id: i, w, n: dice(3) }] })
      if (dice(4) === 0)
        for (const coll of ['a', 'b']) local.run({ delete: coll, deletes: [{ q: { _id: i - 5 }, limit: 1 }] })
    }
    for (let i = 0; i < 200; i++) {
      const op = ['$eq', '$gt', '$gte', '$lt', '$lte', '$ne'][dice(6)] as string
      const filter = dice(5) ? { w: { [op]: word() } } : { w: { $in: [word(), word()] } }
      const [x, y] = ['a', 'b'].map((coll) =>
        found(local, { find: coll, filter, collation: CASELESS, sort: { w: 1, _id: 1 } }).map((d) => d._id),
      )
      expect(x).toEqual(y)
    }
  })

  it('keeps a name unique whatever its case, and says so', () => {
    local.run({
      createIndexes: 'people',
      indexes: [{ key: { name: 1 }, name: 'n', unique: true, collation: CASELESS }],
    })
    insert(['ana'])
    const reply = local.run({ insert: 'people', documents: [{ _id: 9, name: 'ANA' }] })
    expect(reply.writeErrors[0].code).toBe(11000)
    expect(reply.writeErrors[0].errmsg).toContain('index: n collation: { locale: "en"')
    expect(local.run({ insert: 'people', documents: [{ _id: 10, name: 'Äna' }] }).n).toBe(1)
  })

  it('lets a collection decide for its commands and indexes, and a command for itself', () => {
    expect(local.run({ create: 'people', collation: CASELESS }).ok).toBe(1)
    insert()
    local.run({ createIndexes: 'people', indexes: [{ key: { name: 1 }, name: 'n' }] })
    const [, index] = local.run({ listIndexes: 'people' }).cursor.firstBatch
    expect(index.collation).toMatchObject({ locale: 'en', strength: 2, caseFirst: 'off', version: '57.1' })
    expect(names({ filter: { name: 'ANA' } })).toEqual(['ana', 'Ana'])
    expect(names({ filter: { name: 'ANA' }, collation: { locale: 'simple' } })).toEqual([])
    expect(planOf(local, { find: 'people', filter: { name: 'ana' }, collation: { locale: 'simple' } })).toBe('scan')
    expect(local.run({ distinct: 'people', key: 'name', query: { name: 'ana' } }).values).toEqual(['ana'])
    expect(
      local.run({ update: 'people', updates: [{ q: { name: 'ANA' }, u: { $set: { x: 1 } }, multi: true }] }).n,
    ).toBe(2)
    expect(local.run({ delete: 'people', deletes: [{ q: { name: 'ANA' }, limit: 0 }] }).n).toBe(2)
    local.run({ insert: 'ids', documents: [] })
    local.run({ create: 'ids', collation: CASELESS })
    local.run({ insert: 'ids', documents: [{ _id: 'a' }] })
    expect(local.run({ insert: 'ids', documents: [{ _id: 'A' }] }).writeErrors[0].code).toBe(11000)
  })

  it.each<[string, Document, Document, Document]>([
    ['adds no name that is there in other letters', { $addToSet: { l: 'ANA' } }, {}, { l: ['ana', 'Bo', 'bo'] }],
    [
      'adds each new name once',
      { $addToSet: { l: { $each: ['Cy', 'cy', 'BO'] } } },
      {},
      { l: ['ana', 'Bo', 'bo', 'Cy'] },
    ],
    ['takes a name out in all letters', { $pull: { l: 'BO' } }, {}, { l: ['ana'] }],
    ['takes out by a condition', { $pull: { l: { $in: ['BO', 'x'] } } }, {}, { l: ['ana'] }],
    ['takes out documents by a field', { $pull: { d: { n: 'ANA' } } }, {}, { d: [{ n: 'bo', k: 2 }] }],
    ['takes out a whole document', { $pullAll: { d: [{ n: 'BO', k: 2 }] } }, {}, { d: [{ n: 'Ana', k: 1 }] }],
    ['takes several names out', { $pullAll: { l: ['ANA', 'nobody'] } }, {}, { l: ['Bo', 'bo'] }],
    [
      'changes what an array filter means',
      { $set: { 'l.$[x]': 'cy' } },
      { arrayFilters: [{ x: 'BO' }] },
      { l: ['ana', 'cy', 'cy'] },
    ],
    [
      'changes a field of what an array filter means',
      { $inc: { 'd.$[x].k': 5 } },
      { arrayFilters: [{ 'x.n': { $gte: 'BO' } }] },
      {
        d: [
          { n: 'Ana', k: 1 },
          { n: 'bo', k: 7 },
        ],
      },
    ],
    ['changes the element that was found', { $set: { 'l.$': 'cy' } }, { q: { l: 'BO' } }, { l: ['ana', 'cy', 'bo'] }],
    [
      'changes a field of the element that was found',
      { $set: { 'd.$.k': 9 } },
      { q: { d: { $elemMatch: { n: 'BO' } } } },
      {
        d: [
          { n: 'Ana', k: 1 },
          { n: 'bo', k: 9 },
        ],
      },
    ],
    ['keeps the smaller of two names', { $min: { m: 'C' } }, {}, { m: 'b' }],
    ['keeps the greater of two names', { $max: { m: 'C' } }, {}, { m: 'C' }],
    ['sorts a list', { $push: { l: { $each: ['ab'], $sort: 1 } } }, {}, { l: ['ab', 'ana', 'Bo', 'bo'] }],
    [
      'sorts a list by a field',
      { $push: { d: { $each: [{ n: 'B' }], $sort: { n: -1 } } } },
      {},
      { d: [{ n: 'bo', k: 2 }, { n: 'B' }, { n: 'Ana', k: 1 }] },
    ],
  ])('%s, by the collation of the statement, the collection or the command', (_what, u, more, expected) => {
    const doc = {
      l: ['ana', 'Bo', 'bo'],
      d: [
        { n: 'Ana', k: 1 },
        { n: 'bo', k: 2 },
      ],
      m: 'b',
    }
    const { q = {}, ...options } = more
    for (const coll of ['plain', 'own']) {
      const said = coll === 'own' ? {} : { collation: CASELESS }
      if (coll === 'own') local.run({ create: coll, collation: CASELESS })
      local.run({ insert: coll, documents: [doc] })
      const reply = local.run({ update: coll, updates: [{ q, u, ...options, ...said }] })
      expect(reply.writeErrors).toBeUndefined()
      expect(found(local, { find: coll })).toMatchObject([expected])
      local.run({ delete: coll, deletes: [{ q: {}, limit: 0 }] })
      local.run({ insert: coll, documents: [doc] })
      const { value } = local.run({ findAndModify: coll, query: q, update: u, new: true, ...options, ...said })
      expect(value).toMatchObject(expected)
    }
  })

  it('lets nobody change the collation of a view', () => {
    insert()
    local.run({ create: 'v', viewOn: 'people', pipeline: [], collation: CASELESS })
    expect(found(local, { find: 'v', filter: { name: 'ANA' } })).toHaveLength(2)
    expect(local.run({ find: 'v', collation: { locale: 'fr' } }).code).toBe(167)
    expect(local.run({ create: 'w', viewOn: 'v', pipeline: [] }).code).toBe(167)
  })

  it.each<[string, unknown, number]>([
    ['a language nobody speaks', { locale: 'xx' }, 2],
    ['a language left out', { strength: 1 }, 40414],
    ['a strength of six', { locale: 'en', strength: 6 }, 2],
    ['an option that is not there', { locale: 'en', foo: 1 }, 40415],
    ['an option of the wrong type', { locale: 'en', caseLevel: 'yes' }, 14],
    ['an unknown order of cases', { locale: 'en', caseFirst: 'both' }, 2],
    ['an order of cases where cases do not count', { locale: 'en', strength: 1, caseFirst: 'upper' }, 2],
    ['no document', 'en', 14],
    ['accents from behind, which are not to be had', { locale: 'fr', backwards: true }, 2],
    ['only spaces ignored, which is not to be had', { locale: 'en', alternate: 'shifted', maxVariable: 'space' }, 2],
  ])('refuses %s', (_what, collation, code) => {
    expect(local.run({ find: 'people', collation }).code).toBe(code)
    expect(local.run({ create: 'refused', collation }).code).toBe(code)
  })
})

describe('hashed indexes', () => {
  it('find what is equal, and nothing else by them', () => {
    insert()
    expect(local.run({ createIndexes: 'people', indexes: [{ key: { name: 'hashed' }, name: 'h' }] }).ok).toBe(1)
    expect(planOf(local, { find: 'people', filter: { name: 'bo' } })).toBe('h')
    expect(names({ filter: { name: { $in: ['bo', 'ana', 'x'] } } }).sort()).toEqual(['ana', 'bo'])
    expect(planOf(local, { find: 'people', filter: { name: { $gt: 'bo' } } })).toBe('scan')
    expect(planOf(local, { find: 'people', sort: { name: 1 } })).toBe('scan+sort')
  })

  it.each<[string, Document, number]>([
    ['unique ones', { key: { a: 'hashed' }, name: 'h', unique: true }, 16764],
    ['two hashes in one', { key: { a: 'hashed', b: 'hashed' }, name: 'h' }, 31303],
    ['those with a collation', { key: { a: 'hashed' }, name: 'h', collation: CASELESS }, 67],
  ])('refuse %s', (_what, index, code) => {
    expect(local.run({ createIndexes: 'people', indexes: [index] }).code).toBe(code)
  })

  it('refuse lists', () => {
    local.run({ createIndexes: 'people', indexes: [{ key: { org: 1, a: 'hashed' }, name: 'h' }] })
    expect(local.run({ insert: 'people', documents: [{ a: [1] }] }).writeErrors[0].code).toBe(16766)
    expect(planOf(local, { find: 'people', filter: { org: 1, a: 2 } })).toBe('h')
  })
})
