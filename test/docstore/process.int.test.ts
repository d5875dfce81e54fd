import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createConnection } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { messageFrame, openRaw, rawCommand, sendRaw } from './raw.ts'

let store: TestDocstore
beforeAll(async () => {
  store = await startDocstore()
})
afterAll(() => store?.stop())

/** Starts a second docstore by hand and gives how it ended. */
const second = (dataDir: string, socket: string): Promise<{ code: unknown; said: string }> =>
  new Promise((done) => {
    const main = resolve(import.meta.dirname, '../../docstore/main.ts')
    execFile(
      process.execPath,
      [main, '--data-dir', dataDir, '--socket', socket],
      { timeout: 15_000 },
      (error, _out, said) => done({ code: error?.code ?? 0, said }),
    )
  })

const frame = (length: number, operation: number, rest: Buffer): Buffer => {
  const head = Buffer.alloc(16)
  head.writeInt32LE(length, 0)
  head.writeInt32LE(1, 4)
  head.writeInt32LE(operation, 12)
  return Buffer.concat([head, rest])
}

const nested = (depth: number): Buffer => {
  let doc = Buffer.from([5, 0, 0, 0, 0])
  for (let i = 0; i < depth; i++) {
    const outer = Buffer.alloc(doc.length + 8)
    outer.writeInt32LE(outer.length, 0)
    outer[4] = 3
    outer[5] = 0x61
    doc.copy(outer, 7)
    doc = outer
  }
  return doc
}

const flags = Buffer.alloc(4)
const body = messageFrame({ ping: 1, $db: 'x' }).subarray(20)
const whole = (rest: Buffer): Buffer => frame(16 + rest.length, 2013, rest)

const HOSTILE: [string, Buffer][] = [
  ['a length of nothing', frame(0, 2013, flags)],
  ['a negative length', frame(-1, 2013, flags)],
  ['a length of gigabytes', frame(0x7fffffff, 2013, flags)],
  ['an unknown operation', frame(20, 9999, flags)],
  ['compression', frame(20, 2012, flags)],
  ['flags nobody knows', whole(Buffer.concat([Buffer.from([4, 0, 0, 0]), body]))],
  ['no body', whole(flags)],
  ['two bodies', whole(Buffer.concat([flags, body, body]))],
  ['a section of unknown kind', whole(Buffer.concat([flags, Buffer.from([7])]))],
  ['a document longer than its frame', whole(Buffer.concat([flags, Buffer.from([0, 200, 0, 0, 0, 0])]))],
  [
    'a text longer than its document',
    whole(Buffer.concat([flags, Buffer.from([0, 16, 0, 0, 0, 2, 97, 0, 255, 0, 0, 0, 97, 0, 0, 0, 0])])),
  ],
  ['a sequence longer than its frame', whole(Buffer.concat([flags, body, Buffer.from([1, 255, 255, 0, 0, 97, 0])]))],
  ['a query that ends early', frame(24, 2004, Buffer.alloc(8))],
]

describe('the process', () => {
  it.each(HOSTILE)('closes a connection that sends %s and serves the others', async (_what, bytes) => {
    expect(await sendRaw(store.socket, bytes)).toBe('closed')
    expect(await rawCommand(store.socket, { ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 })
  })

  it('answers what is nested too deeply, and more documents than a command may have', async () => {
    const deep = whole(Buffer.concat([flags, Buffer.from([0]), nested(5000)]))
    expect(await sendRaw(store.socket, deep)).toMatchObject({ ok: 0, code: 15, codeName: 'Overflow' })
    const insert = messageFrame({ insert: 'many', $db: 'x' }).subarray(20)
    const docs = Buffer.concat(Array.from({ length: 100_001 }, () => Buffer.from([5, 0, 0, 0, 0])))
    const name = Buffer.from('documents\0')
    const length = Buffer.alloc(4)
    length.writeInt32LE(4 + name.length + docs.length)
    const many = whole(Buffer.concat([flags, insert, Buffer.from([1]), length, name, docs]))
    expect(await sendRaw(store.socket, many)).toMatchObject({ ok: 0, code: 16, codeName: 'InvalidLength' })
  })

  it('survives thousands of mangled frames', async () => {
    const good = messageFrame({
      insert: 'c',
      documents: [{ _id: 1, a: 'text', list: [1, 2, { x: null }] }],
      $db: 'fuzz',
    })
    let seed = 42
    const dice = (n: number): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff
      return seed % n
    }
    for (let i = 0; i < 2000; i += 20) {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => openRaw(store.socket)))
      for (const socket of sockets) {
        const bytes = Buffer.from(good)
        for (let change = 0; change <= dice(4); change++)
          bytes[dice(3) ? 16 + dice(bytes.length - 16) : dice(bytes.length)] = dice(256)
        socket.on('error', () => undefined)
        socket.write(bytes)
      }
      // each is answered, closed, or waits for bytes that never come
      const reacted = sockets.map((socket) => new Promise((done) => socket.once('data', done).once('close', done)))
      await Promise.race([Promise.all(reacted), new Promise((done) => setTimeout(done, 100))])
      for (const socket of sockets) socket.destroy()
    }
    expect(await rawCommand(store.socket, { ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 })
    const start = performance.now()
    await rawCommand(store.socket, { ping: 1, $db: 'admin' })
    expect(performance.now() - start).toBeLessThan(250)
    expect(await rawCommand(store.socket, { insert: 'still', documents: [{ a: 1 }], $db: 'fuzz' })).toMatchObject({
      n: 1,
      ok: 1,
    })
  })

  it('is for its owner alone', () => {
    expect(statSync(store.socket).mode & 0o777).toBe(0o600)
  })

  it('keeps a second process off its folder with one clear sentence', async () => {
    const { code, said } = await second(store.dataDir, join(store.dataDir, 'other.sock'))
    expect(code).toBe(1)
    expect(said.trim()).toMatch(/^The data folder .* is in use by another docstore process; stop that one first\.$/)
  })

  it('keeps a second process off its socket', async () => {
    const { code, said } = await second(join(store.dataDir, 'elsewhere'), store.socket)
    expect(code).toBe(1)
    expect(said).toMatch(/belongs to a running process/)
  })

  it('ends when asked, keeps what it was given, and starts over the socket of a dead process', async () => {
    const folder = join(store.dataDir, 'own')
    const one = await startDocstore({ dataDir: folder })
    const connection = await createConnection(one.uri('x'), { serverSelectionTimeoutMS: 500 }).asPromise()
    const inserts = Promise.allSettled(
      Array.from({ length: 200 }, (_, i) => connection.collection('c').insertOne({ i })),
    )
    await new Promise((done) => setTimeout(done, 30))
    await one.stop()
    const told = (await inserts).filter((outcome) => outcome.status === 'fulfilled').length
    await connection.close(true)
    expect(existsSync(one.socket)).toBe(false)
    const two = await startDocstore({ dataDir: folder })
    const after = await rawCommand(two.socket, { count: 'c', $db: 'x' })
    expect(after).toMatchObject({ ok: 1 })
    expect((after as { n: number }).n).toBeGreaterThanOrEqual(told)
    await two.stop()
  })
})
