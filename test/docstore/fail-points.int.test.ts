import { type Document, Long, UUID } from 'bson'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { rawCommand } from './raw.ts'

let store: TestDocstore
beforeAll(async () => {
  store = await startDocstore({ args: ['--test-commands'] })
})
afterAll(() => store?.stop())

const run = (command: Document) => rawCommand(store.socket, { ...command, $db: command.$db ?? 'test' })
const failing = (mode: unknown, data: Document = {}) =>
  run({ configureFailPoint: 'onPrimaryTransactionalWrite', mode, data, $db: 'admin' })
const retryable = () => ({ lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1) })
const stored = async () => ((await run({ find: 'f', sort: { _id: 1 } })) as Document).cursor.firstBatch

const two = { update: 'f', updates: [1, 2].map((_id) => ({ q: { _id }, u: { $inc: { n: 1 } } })) }
const plusOne = [
  { _id: 1, n: 1 },
  { _id: 2, n: 1 },
]

beforeEach(async () => {
  await failing('off')
  await run({ delete: 'f', deletes: [{ q: {}, limit: 0 }] })
  await run({ insert: 'f', documents: [{ _id: 1 }, { _id: 2 }] })
})

describe('the fail point of retryable writes', () => {
  it('ends the connection after the write, and a second try, which writes nothing, is answered', async () => {
    await failing({ times: 2 })
    const write = { ...two, ...retryable() }
    expect(await run(write)).toBe('closed')
    expect(await run(write)).toMatchObject({ ok: 1, n: 2 })
    expect(await stored()).toEqual(plusOne)
  })

  it('counts the statements that change something, and an insert once', async () => {
    await failing({ skip: 2 })
    const insert = { insert: 'f', documents: [{ _id: 3 }, { _id: 4 }], ...retryable() }
    expect(await run(insert)).toMatchObject({ n: 2 })
    expect(await run({ ...two, updates: [{ q: { _id: 9 }, u: { $set: { n: 1 } } }], ...retryable() })).toMatchObject({
      n: 0,
    })
    expect(await run({ ...two, ...retryable() })).toBe('closed')
  })

  it('keeps a write from being made, and the second try makes it', async () => {
    await failing({ times: 1 }, { failBeforeCommitExceptionCode: 1 })
    const write = { ...two, ...retryable() }
    expect(await run(write)).toBe('closed')
    expect(await stored()).toEqual([{ _id: 1 }, { _id: 2 }])
    expect(await run(write)).toMatchObject({ ok: 1, n: 2 })
    expect(await stored()).toEqual(plusOne)
  })

  it('has nothing to do with other writes', async () => {
    await failing('alwaysOn')
    expect(await run(two)).toMatchObject({ ok: 1 })
  })
})
