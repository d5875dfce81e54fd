import { type Connection, createConnection } from 'mongoose'
import type { Ledger } from './ledger.ts'

/** One connection of a writer's own; it does not wait long for a store that is gone. */
export const open = (uri: string): Promise<Connection> =>
  createConnection(uri, { maxPoolSize: 1, serverSelectionTimeoutMS: 1000, retryWrites: false }).asPromise()

const insertBatch = async (db: Connection, name: string, known: Ledger): Promise<void> => {
  const keys = Array.from({ length: 10 }, (_, i) => `${name}-${i}`)
  await db.collection('deals').insertMany(
    // enough that checkpoints happen, and are killed too
    keys.map((key) => ({ key, writer: name, twin: key, text: 'x'.repeat(2000) })),
    { ordered: false },
  )
  for (const key of keys) known.inserted.add(key)
}

const raise = async (db: Connection, account: string, known: Ledger): Promise<void> => {
  const version = (known.asked.get(account) ?? 0) + 1
  known.asked.set(account, version)
  await db.collection('accounts').updateOne({ name: account }, { $set: { version, half: version } }, { upsert: true })
  known.versions.set(account, version)
}

const remove = async (db: Connection, key: string, known: Ledger): Promise<void> => {
  known.deleting.add(key)
  await db.collection('deals').deleteOne({ key })
  known.deleted.add(key)
}

const writePair = async (db: Connection, key: string, known: Ledger): Promise<void> => {
  const session = await db.startSession()
  try {
    session.startTransaction()
    await db.collection('left').insertOne({ key }, { session })
    await db.collection('right').insertOne({ key }, { session })
    await session.commitTransaction()
    known.pairs.add(key)
  } finally {
    await session.endSession()
  }
}

/** Writes of every kind until the store is gone; what is acknowledged is noted after the answer came. */
export const writeUntilGone = async (uri: string, name: string, known: Ledger): Promise<void> => {
  let db: Connection | undefined
  try {
    db = await open(uri)
    for (let n = 0; ; n++) {
      await insertBatch(db, `${name}-${n}`, known)
      await raise(db, `account-${name.split('-')[1]}`, known)
      await remove(db, `${name}-${n}-3`, known)
      await writePair(db, `${name}-${n}`, known)
    }
  } catch {
    // the store was killed
  } finally {
    await db?.close(true)
  }
}
