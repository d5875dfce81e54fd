import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Connection, createConnection, type mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runDocstore, startDocstore, type TestDocstore } from '../support/docstore.ts'
import { messageFrame, openRaw, rawCommand } from './raw.ts'

let folder: string
let store: TestDocstore
let shop: Connection
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docstore-ops-'))
  store = await startDocstore({ dataDir: join(folder, 'data'), args: ['--slow-ms', '0'] })
  shop = await createConnection(store.uri('shop'), { maxPoolSize: 4 }).asPromise()
  await shop.collection('deals').createIndex({ key: 1 }, { unique: true })
})
afterAll(async () => {
  await shop?.close()
  await store?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const status = async (): Promise<mongo.BSON.Document> => (await shop.db?.command({ serverStatus: 1 })) ?? {}

describe('a backup', () => {
  it('is a consistent copy taken while deals are written, and restores to a store that works', async () => {
    const deals = shop.collection('deals')
    let stop = false
    let n = 0
    const writing = (async () => {
      while (!stop) {
        const session = await shop.startSession()
        await session.withTransaction(async () => {
          await deals.insertOne({ key: `left-${n}` }, { session })
          await deals.insertOne({ key: `right-${n}` }, { session })
        })
        await session.endSession()
        n++
      }
    })()
    while (n < 30) await new Promise((done) => setTimeout(done, 10))
    const before = n
    const to = join(folder, 'backup.sqlite')
    const made = await runDocstore(['backup', '--data-dir', store.dataDir, '--to', to])
    expect(made.said).toBe('')
    expect(JSON.parse(made.out)).toMatchObject({ backup: to, bytes: statSync(to).size })
    expect(statSync(to).mode & 0o777).toBe(0o600)
    stop = true
    await writing
    const data = join(folder, 'restored')
    expect(await runDocstore(['restore', '--from', to, '--data-dir', data])).toMatchObject({ code: 0 })
    const restored = await startDocstore({ dataDir: data })
    const there = await createConnection(restored.uri('shop')).asPromise()
    const keys = (await there.collection('deals').find().toArray()).map(({ key }) => String(key))
    const left = keys.filter((key) => key.startsWith('left-')).length
    expect(left).toBeGreaterThanOrEqual(before)
    expect(left).toBeLessThanOrEqual(n)
    expect(keys.length).toBe(2 * left)
    expect(await there.db?.command({ validate: 'deals', full: true })).toMatchObject({ valid: true })
    await there.collection('deals').insertOne({ key: 'after' })
    await there.close()
    await restored.stop()
  })

  it('overwrites nothing: no backup, no database, not the folder of a running server', async () => {
    const file = join(folder, 'precious')
    writeFileSync(file, 'keep me')
    const over = await runDocstore(['backup', '--data-dir', store.dataDir, '--to', file])
    expect(over).toMatchObject({ code: 1, said: `${file} exists already; choose another name or remove it.\n` })
    expect(readFileSync(file, 'utf8')).toBe('keep me')
    const copy = join(folder, 'copy.sqlite')
    await runDocstore(['backup', '--data-dir', store.dataDir, '--to', copy])
    const busy = await runDocstore(['restore', '--from', copy, '--data-dir', store.dataDir])
    expect(busy).toMatchObject({ code: 1, said: expect.stringContaining('is in use by another docstore process') })
    const data = join(folder, 'taken')
    expect((await runDocstore(['restore', '--from', copy, '--data-dir', data])).code).toBe(0)
    const twice = await runDocstore(['restore', '--from', copy, '--data-dir', data])
    expect(twice).toMatchObject({ code: 1, said: expect.stringContaining('exists already') })
  })

  it('is not made of nothing, and not restored from what is damaged or no backup', async () => {
    const nowhere = await runDocstore(['backup', '--data-dir', join(folder, 'nowhere'), '--to', join(folder, 'x')])
    expect(nowhere).toMatchObject({ code: 1, said: expect.stringMatching(/^There is no database in /) })
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
    const copy = join(folder, 'to-damage.sqlite')
    await runDocstore(['backup', '--data-dir', store.dataDir, '--to', copy])
    const bytes = readFileSync(copy)
    bytes.fill(0xee, 6 * 2048, 8 * 2048)
    writeFileSync(join(folder, 'damaged'), bytes)
    writeFileSync(join(folder, 'text'), 'this is no database')
    new DatabaseSync(join(folder, 'other')).exec('CREATE TABLE t(a); PRAGMA user_version=1')
    for (const name of ['damaged', 'text', 'other']) {
      const data = join(folder, `from-${name}`)
      const { code, said } = await runDocstore(['restore', '--from', join(folder, name), '--data-dir', data])
      expect({ name, code }).toEqual({ name, code: 1 })
      expect(said).toMatch(/is damaged|is not a file of docstore/)
      expect(existsSync(join(data, 'docstore.sqlite'))).toBe(false)
    }
  })
})

describe('looking after a store', () => {
  it('check looks through a running store, and finds an index that lost a key', async () => {
    const fine = await runDocstore(['check', '--data-dir', store.dataDir])
    expect(fine.code).toBe(0)
    expect(JSON.parse(fine.out)).toMatchObject({ ok: true, collections: 1, errors: [] })
    const data = join(folder, 'checked')
    const copy = join(folder, 'for-check.sqlite')
    await runDocstore(['backup', '--data-dir', store.dataDir, '--to', copy])
    await runDocstore(['restore', '--from', copy, '--data-dir', data])
    const db = new DatabaseSync(join(data, 'docstore.sqlite'))
    const { id } = db.prepare('SELECT max(id) AS id FROM indexes').get() as { id: number }
    db.exec(`DELETE FROM x${id} WHERE r = (SELECT min(r) FROM x${id})`)
    db.close()
    const wrong = await runDocstore(['check', '--data-dir', data])
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.out).errors).toContain('shop.deals: a document is missing in index key_1')
  })

  it('compact gives the space of removed deals back to the disk', async () => {
    const old = shop.collection('old')
    await old.insertMany(Array.from({ length: 5000 }, (_, i) => ({ i, text: 'x'.repeat(1000) })))
    await old.deleteMany({})
    const { freeBytes } = (await status()).docstore.file
    expect(freeBytes).toBeGreaterThan(4_000_000)
    await expect(shop.db?.command({ compact: 'old' })).rejects.toMatchObject({ code: 20 })
    const { bytesFreed } = (await shop.db?.command({ compact: 'old', force: true })) ?? {}
    expect(Number(bytesFreed)).toBeGreaterThan(4_000_000)
    expect((await status()).docstore.file.freeBytes).toBe(0)
    await expect.poll(() => statSync(join(store.dataDir, 'docstore.sqlite')).size).toBeLessThan(2_000_000)
    expect(await shop.db?.command({ validate: 'deals', full: true })).toMatchObject({ valid: true })
    await expect(shop.db?.command({ compact: 'nothing', force: true })).rejects.toMatchObject({ code: 26 })
  })

  it('counts what it does, for monitoring', async () => {
    const before = await status()
    await shop.collection('counted').insertMany([{ a: 1 }, { a: 2 }, { a: 3 }])
    await shop.collection('counted').updateOne({ a: 1 }, { $set: { b: 1 } })
    await shop.collection('counted').deleteOne({ a: 2 })
    await shop.collection('counted').find().toArray()
    const after = await status()
    const grew = (name: string): number => after.opcounters[name] - before.opcounters[name]
    expect([grew('insert'), grew('update'), grew('delete'), grew('query')]).toEqual([3, 1, 1, 1])
    expect(after.docstore.commit.groups).toBeGreaterThan(before.docstore.commit.groups)
    expect(after.docstore.commit.syncs).toBeGreaterThan(0)
    expect(after.docstore.commit.meanSyncMs).toBeGreaterThan(0)
    expect(after.connections.current).toBeGreaterThan(0)
    expect(after.transactions.currentOpen).toBe(0)
    expect(after.metrics.cursor.open.total).toBe(0)
  })

  it('begins its log anew under writes without end, and answers reads meanwhile', async () => {
    const own = await startDocstore()
    const db = await createConnection(own.uri('x'), { maxPoolSize: 4 }).asPromise()
    const figures = async () => (await db.db?.command({ serverStatus: 1 }))?.docstore.checkpoint
    let stop = false
    const write = async (): Promise<void> => {
      while (!stop) await db.collection('c').insertMany(Array.from({ length: 50 }, () => ({ text: 'x'.repeat(2000) })))
    }
    const writing = [write(), write(), write()]
    await expect.poll(async () => (await figures()).finished, { timeout: 30_000 }).toBeGreaterThan(2)
    stop = true
    await Promise.all(writing)
    expect((await figures()).failed).toBe(0)
    expect(statSync(join(own.dataDir, 'docstore.sqlite-wal')).size).toBeLessThan(80_000_000)
    expect(await db.db?.command({ validate: 'c', full: true })).toMatchObject({ valid: true })
    await db.close()
    await own.stop()
  })

  it('tells of slow commands what they did, never a value', async () => {
    await shop.collection('people').createIndex({ mail: 1 })
    await shop.collection('people').insertOne({ mail: 'secret@example.com', note: 'classified' })
    await shop.collection('people').find({ mail: 'secret@example.com' }).toArray()
    await shop.collection('people').find({ note: 'classified' }).toArray()
    const lines = store
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const finds = lines.filter(({ command, ns }) => command === 'find' && ns === 'shop.people')
    expect(finds.map(({ plan, docsExamined }) => [plan, docsExamined])).toEqual([
      ['IXSCAN mail_1', 1],
      ['COLLSCAN', 1],
    ])
    expect(finds[0]).toMatchObject({ message: 'slow command', ms: expect.any(Number), waitedMs: expect.any(Number) })
    expect(store.log()).not.toMatch(/secret|classified/)
  })

  it('does not open the file of a newer version', async () => {
    const data = join(folder, 'newer')
    const copy = join(folder, 'for-newer.sqlite')
    await runDocstore(['backup', '--data-dir', store.dataDir, '--to', copy])
    await runDocstore(['restore', '--from', copy, '--data-dir', data])
    const db = new DatabaseSync(join(data, 'docstore.sqlite'))
    db.exec('PRAGMA user_version=1000')
    db.close()
    const bytes = readFileSync(join(data, 'docstore.sqlite'))
    for (const args of [
      ['--data-dir', data, '--socket', join(folder, 'n.sock')],
      ['backup', '--data-dir', data, '--to', join(folder, 'n')],
      ['check', '--data-dir', data],
    ])
      expect(await runDocstore(args)).toMatchObject({
        code: 1,
        said: expect.stringMatching(/was written by a newer docstore \(format 1000, this one knows \d+\)/),
      })
    expect(readFileSync(join(data, 'docstore.sqlite')).equals(bytes)).toBe(true)
  })

  it('ends with one clear line when the disk fails, and answers nothing it could not keep', async () => {
    const data = join(folder, 'failing')
    const broken = join(folder, 'broken')
    const preload = join(folder, 'preload.mjs')
    writeFileSync(
      preload,
      `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'
       const { fdatasync } = fs
       fs.fdatasync = (fd, done) => fs.existsSync(${JSON.stringify(broken)}) ? setTimeout(done, 20, new Error('EIO: i/o error')) : fdatasync(fd, done)
       syncBuiltinESMExports()`,
    )
    const failing = await startDocstore({ dataDir: data, nodeArgs: ['--import', preload] })
    expect(await rawCommand(failing.socket, { insert: 'c', documents: [{ _id: 1 }], $db: 'x' })).toMatchObject({ n: 1 })
    copyFileSync(preload, broken)
    expect(await rawCommand(failing.socket, { insert: 'c', documents: [{ _id: 2 }], $db: 'x' })).toBe('closed')
    expect(await failing.ended()).toBe(1)
    expect(failing.log()).toMatch(/^The disk did not take what was written \(EIO: i\/o error\); docstore ends/m)
    const again = await startDocstore({ dataDir: data })
    expect(await rawCommand(again.socket, { count: 'c', query: { _id: 1 }, $db: 'x' })).toMatchObject({ n: 1 })
    await again.stop()
  })

  it('ends in bounded time though a client does not read its answer', async () => {
    const own = await startDocstore()
    const connection = await createConnection(own.uri('x')).asPromise()
    await connection.collection('c').insertMany(Array.from({ length: 1000 }, () => ({ text: 'x'.repeat(10_000) })))
    await connection.close()
    const deaf = await openRaw(own.socket)
    deaf.pause()
    deaf.on('error', () => undefined)
    deaf.write(messageFrame({ find: 'c', batchSize: 1000, $db: 'x' }))
    await new Promise((done) => setTimeout(done, 300))
    const start = performance.now()
    await own.stop()
    expect(performance.now() - start).toBeLessThan(5000)
    deaf.destroy()
  })
})
