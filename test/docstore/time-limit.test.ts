import type { Document } from 'bson'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sweep } from '../../docstore/store/sweeper.ts'
import { type Local, openLocal } from './local.ts'

let local: Local
let clockMs = 1000
/** how much time passes each time somebody looks at the clock */
let stepMs = 0
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => {
    clockMs += stepMs
    return clockMs
  })
  stepMs = 0
  local = openLocal()
  local.run({ insert: 'a', documents: Array.from({ length: 50 }, (_, i) => ({ _id: i })) })
})
afterEach(() => {
  vi.restoreAllMocks()
  local.close()
})

const more = (id: unknown): Document => local.run({ getMore: id, collection: 'a', batchSize: 1 })

/** Fetches until an error; the number of batches before it and its code. */
const fetchAll = (id: unknown): { batches: number; code: unknown } => {
  for (let batches = 0; batches < 60; batches++) {
    const reply = more(id)
    if (reply.ok !== 1) return { batches, code: reply.code }
    if (reply.cursor.id.toString() === '0') return { batches, code: 'end' }
  }
  return { batches: 60, code: 'none' }
}

const OPENERS: [string, Document][] = [
  ['a find', { find: 'a', batchSize: 1 }],
  ['a pipeline', { aggregate: 'a', pipeline: [{ $match: {} }], cursor: { batchSize: 1 } }],
]

describe('a limit of time', () => {
  it.each(OPENERS)(
    'of %s is for all its batches together, and waiting for the client does not count',
    (_what, opener) => {
      const { id } = local.run({ ...opener, maxTimeMS: 100 }).cursor
      clockMs += 1e6
      expect(more(id).ok).toBe(1)
      clockMs += 1e6
      expect(more(id).ok).toBe(1)
      stepMs = 10
      const { batches, code } = fetchAll(id)
      expect(code).toBe(50)
      expect(batches).toBeGreaterThan(0)
      expect(batches).toBeLessThan(10)
      expect(more(id).code).toBe(43)
    },
  )

  it.each(OPENERS)('that %s was not given ends nothing', (_what, opener) => {
    stepMs = 10_000
    const { id } = local.run(opener).cursor
    expect(fetchAll(id).code).toBe('end')
  })

  it('of one command is not that of the next', () => {
    const { id } = local.run({ find: 'a', batchSize: 1 }).cursor
    local.run({ find: 'a', maxTimeMS: 1 })
    clockMs += 1e6
    expect(more(id).ok).toBe(1)
  })

  it('of a command does not end what the database does of its own', () => {
    local.run({ create: 's', timeseries: { timeField: 't' }, expireAfterSeconds: 1 })
    local.run({ insert: 's', documents: [{ t: new Date(0) }] })
    local.run({ find: 'a', maxTimeMS: 1 })
    clockMs += 1e6
    sweep(local.engine)
    expect(local.run({ count: 's' }).n).toBe(0)
  })

  it('cannot be given to a later batch', () => {
    const { id } = local.run({ find: 'a', batchSize: 1 }).cursor
    expect(local.run({ getMore: id, collection: 'a', maxTimeMS: 5 }).code).toBe(2)
  })
})
