import { readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { createConnection, mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { messageFrame } from './raw.ts'

let store: TestDocstore
let port: number
let password: string
beforeAll(async () => {
  store = await startDocstore({ args: ['--port', '0'] })
  port = Number(store.ready.port)
  password = readFileSync(String(store.ready.passwordFile), 'utf8').trim()
})
afterAll(() => store?.stop())

const uri = (user: string, word: string, options = ''): string =>
  `mongodb://${user}:${word}@127.0.0.1:${port}/shop?serverSelectionTimeoutMS=2000${options}`

const refusal = async (user: string, word: string): Promise<unknown> => {
  const client = new mongo.MongoClient(uri(user, word, '&directConnection=true'))
  try {
    await client.connect()
    return await client.db('shop').command({ ping: 1 })
  } catch (error) {
    return (error as mongo.MongoServerError).code
  } finally {
    await client.close()
  }
}

describe('over TCP', () => {
  it('serves a driver that knows the password, with and without a direct connection', async () => {
    for (const options of ['', '&directConnection=true', '&authMechanism=SCRAM-SHA-256']) {
      const connection = await createConnection(uri('docstore', password, options)).asPromise()
      const { insertedId } = await connection.collection('deals').insertOne({ amount: 1 })
      expect(await connection.collection('deals').findOne({ _id: insertedId })).toMatchObject({ amount: 1 })
      await connection.close()
    }
  })

  it('tells a wrong password and an unknown user the same', async () => {
    expect(await refusal('docstore', 'wrong-wrong-wrong-wrong')).toBe(18)
    expect(await refusal('root', password)).toBe(18)
  })

  it('refuses everything but the handshake before the password was proven', async () => {
    const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`)
    const db = client.db('shop')
    expect(await db.command({ hello: 1 })).toMatchObject({ ok: 1 })
    for (const command of [
      { find: 'deals' },
      { insert: 'deals', documents: [{ a: 1 }] },
      { ping: 1 },
      { serverStatus: 1 },
      { nonsense: 1 },
    ])
      await expect(db.command(command)).rejects.toMatchObject({ code: 13 })
    await expect(
      db.command({ saslStart: 1, mechanism: 'SCRAM-SHA-1', payload: Buffer.alloc(0) }),
    ).rejects.toMatchObject({ code: 334 })
    await client.close()
  })

  it('closes on a stranger who sends much or guesses on', async () => {
    const ends = (write: (socket: ReturnType<typeof connect>) => void): Promise<string> =>
      new Promise((done) => {
        const socket = connect(port, '127.0.0.1', () => write(socket))
        const late = setTimeout(() => done('open'), 3000)
        socket.on('data', () => undefined)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          clearTimeout(late)
          done('closed')
        })
      })
    const large = messageFrame({ insert: 'deals', documents: [{ text: 'x'.repeat(20_000) }], $db: 'shop' })
    expect(await ends((socket) => socket.write(large))).toBe('closed')
    const guess = messageFrame({ saslContinue: 1, conversationId: 1, payload: Buffer.from('p=x'), $db: 'admin' })
    expect(await ends((socket) => socket.write(Buffer.concat([guess, guess, guess])))).toBe('closed')
  })

  it('makes the password once, for its owner alone, and listens to this machine only', async () => {
    expect(statSync(String(store.ready.passwordFile)).mode & 0o777).toBe(0o600)
    expect(password.length).toBeGreaterThanOrEqual(32)
    const without = await startDocstore()
    expect(without.ready.port).toBeUndefined()
    await without.stop()
  })

  it('asks for no password on the unix socket', async () => {
    const connection = await createConnection(store.uri('shop')).asPromise()
    expect(await connection.db?.command({ ping: 1 })).toMatchObject({ ok: 1 })
    await connection.close()
  })
})
