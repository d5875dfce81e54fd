import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Connection, createConnection, mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore } from '../support/docstore.ts'
import { rawCommand } from './raw.ts'

const KILLS = Number(process.env.DOCSTORE_KILLS ?? 8)
const WRITERS = 4

let dataDir: string
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'docstore-kill-'))
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

interface Acknowledged {
  readonly inserted: Set<string>
  /** account by account: the last version acknowledged, and the last one asked for */
  readonly versions: Map<string, number>
  readonly asked: Map<string, number>
}

const open = (uri: string): Promise<Connection> =>
  createConnection(uri, { maxPoolSize: 1, serverSelectionTimeoutMS: 500, retryWrites: false }).asPromise()

/** Writes until the store is gone; what is acknowledged is noted after the answer came. */
const write = async (uri: string, round: number, writer: number, known: Acknowledged): Promise<void> => {
  const connection = await open(uri)
  const deals = connection.collection('deals')
  const accounts = connection.collection('accounts')
  try {
    for (let n = 0; ; n++) {
      const batch = Array.from({ length: 10 }, (_, i) => `${round}-${writer}-${n}-${i}`)
      await deals.insertMany(
        batch.map((key) => ({ key, writer, pair: key })),
        { ordered: false },
      )
      for (const key of batch) known.inserted.add(key)
      const account = `a${writer}`
      const version = (known.asked.get(account) ?? 0) + 1
      known.asked.set(account, version)
      await accounts.updateOne({ name: account }, { $set: { version, half: version } }, { upsert: true })
      known.versions.set(account, version)
    }
  } catch {
    // the store was killed
  } finally {
    await connection.close(true)
  }
}

/** What must hold in the file after a kill, read without docstore. */
const checkFile = (): void => {
  const file = new DatabaseSync(join(dataDir, 'docstore.sqlite'))
  expect(file.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok')
  file.close()
}

const checkStore = async (uri: string, known: Acknowledged): Promise<void> => {
  const connection = await open(uri)
  const stored = await connection.collection('deals').find().toArray()
  const keys = new Set(stored.map((d) => d.key))
  expect([...known.inserted].filter((key) => !keys.has(key))).toEqual([])
  expect(keys.size).toBe(stored.length)
  for (const account of await connection.collection('accounts').find().toArray()) {
    expect(account.version).toBe(account.half)
    expect(account.version).toBeGreaterThanOrEqual(known.versions.get(account.name) ?? 0)
    expect(account.version).toBeLessThanOrEqual(known.asked.get(account.name) ?? 0)
  }
  for (const name of ['deals', 'accounts'])
    expect(await connection.db?.command({ validate: name })).toMatchObject({ valid: true, errors: [] })
  await connection.close()
}

describe('kill -9', () => {
  it(`loses no acknowledged deal and leaves nothing half, ${KILLS} times under ${WRITERS} writers`, async () => {
    const known: Acknowledged = { inserted: new Set(), versions: new Map(), asked: new Map() }
    for (let round = 0; round < KILLS; round++) {
      const store = await startDocstore({ dataDir })
      const uri = store.uri('kill')
      if (round === 0) {
        const connection = await open(uri)
        await connection.collection('deals').createIndexes([
          { key: { key: 1 }, name: 'key', unique: true },
          { key: { writer: 1, pair: -1 }, name: 'pair' },
        ])
        await connection.collection('accounts').createIndex({ name: 1 }, { unique: true })
        await connection.close()
      }
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(uri, round, writer, known))
      await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 7919) % 400)))
      await store.kill()
      await Promise.all(writers)
      checkFile()
      const again = await startDocstore({ dataDir })
      await checkStore(again.uri('kill'), known)
      await again.kill()
    }
    expect(known.inserted.size).toBeGreaterThan(KILLS * 20)
  }, 180_000)

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
    expect(await rawCommand(second.socket, { ...raw, $db: 'retry' })).toEqual(answer)
    const older = await rawCommand(second.socket, { ...raw, txnNumber: mongo.Long.fromNumber(6), $db: 'retry' })
    expect(older).toMatchObject({ ok: 0, code: 225 })
    const connection = await open(second.uri('retry'))
    expect(await connection.collection('counters').findOne({})).toMatchObject({ n: 1 })
    await connection.close()
    await second.stop()
    rmSync(folder, { recursive: true, force: true })
  })
})
