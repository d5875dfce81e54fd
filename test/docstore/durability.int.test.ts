import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore } from '../support/docstore.ts'
import { inspectFile, inspectStore } from './kills/inspection.ts'
import { Ledger } from './kills/ledger.ts'
import { open, writeUntilGone } from './kills/writers.ts'
import { rawCommand } from './raw.ts'

/** DOCSTORE_KILLS=200 for the long run. */
const KILLS = Number(process.env.DOCSTORE_KILLS ?? 25)
const WRITERS = 8

let dataDir: string
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'docstore-kill-'))
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const makeIndexes = async (uri: string): Promise<void> => {
  const db = await open(uri)
  await db.collection('deals').createIndexes([
    { key: { key: 1 }, name: 'key', unique: true },
    { key: { writer: 1, twin: -1 }, name: 'twin' },
  ])
  for (const name of ['left', 'right']) await db.collection(name).createIndex({ key: 1 }, { unique: true })
  await db.collection('accounts').createIndex({ name: 1 }, { unique: true })
  await db.close()
}

describe('kill -9', () => {
  it(`loses no acknowledged write and leaves nothing half, ${KILLS} times under ${WRITERS} writers`, async () => {
    const known = new Ledger()
    for (let round = 0; round < KILLS; round++) {
      const store = await startDocstore({ dataDir })
      const uri = store.uri('kill')
      if (round === 0) await makeIndexes(uri)
      // everything is read again now and then, and after the last kill: that alone grows with the rounds
      if (round % 12 === 6) await inspectStore(uri, known)
      const writers = Array.from({ length: WRITERS }, (_, w) => writeUntilGone(uri, `${round}-${w}`, known))
      await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 7919) % 400)))
      await store.kill()
      await Promise.all(writers)
      inspectFile(dataDir)
    }
    const last = await startDocstore({ dataDir })
    await inspectStore(last.uri('kill'), known)
    await last.stop()
    expect(known.inserted.size).toBeGreaterThan(KILLS * 20)
    expect(known.pairs.size).toBeGreaterThan(KILLS)
  }, 600_000)

  it('answers a retried write with the stored reply, and does it once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docstore-retry-'))
    const update = {
      findAndModify: 'counters',
      query: { _id: 'c' },
      update: { $inc: { n: 1 } },
      upsert: true,
      new: true,
    }
    const raw = { ...update, lsid: { id: new mongo.UUID() }, txnNumber: mongo.Long.fromNumber(7) }
    const first = await startDocstore({ dataDir: folder })
    const answer = await rawCommand(first.socket, { ...raw, $db: 'retry' })
    expect(answer).toMatchObject({ ok: 1, value: { n: 1 } })
    await first.kill()
    const second = await startDocstore({ dataDir: folder })
    expect(await rawCommand(second.socket, { ...raw, $db: 'retry' })).toEqual({
      ...(answer as object),
      retriedStmtId: 0,
    })
    const older = await rawCommand(second.socket, { ...raw, txnNumber: mongo.Long.fromNumber(6), $db: 'retry' })
    expect(older).toMatchObject({ ok: 0, code: 225 })
    const connection = await open(second.uri('retry'))
    expect(await connection.collection('counters').findOne({})).toMatchObject({ n: 1 })
    await connection.close()
    await second.stop()
    rmSync(folder, { recursive: true, force: true })
  })
})
