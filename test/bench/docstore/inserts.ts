import mongoose from 'mongoose'
import { startDocstore } from '../../support/docstore.ts'
import type { Figure } from '../support/figure.ts'
import { activity, BATCH, INDEXES } from './activity.ts'
import { bareInserts } from './bare.ts'
import { message, WireClient } from './wire.ts'

const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`

/** Inserts through messages made beforehand, so that the figure is of the store and not of a driver. */
const insertRate = async (connections: number, messages: number, perMessage: number): Promise<number> => {
  const store = await startDocstore()
  const setup = await mongoose.createConnection(store.uri('bench')).asPromise()
  await setup.collection('activities').createIndexes(INDEXES as never)
  await setup.close()
  const body = { insert: 'activities', ordered: false, $db: 'bench' }
  const frames = Array.from({ length: messages }, (_, m) =>
    message(
      body,
      'documents',
      Array.from({ length: perMessage }, (_, i) => activity(m * perMessage + i)),
    ),
  )
  const clients = await Promise.all(Array.from({ length: connections }, () => WireClient.open(store.socket)))
  const start = performance.now()
  let next = 0
  await Promise.all(
    clients.map(async (client) => {
      for (let frame = frames[next++]; frame; frame = frames[next++]) await client.ask(frame)
    }),
  )
  const result = (messages * perMessage * 1000) / (performance.now() - start)
  for (const client of clients) client.close()
  await store.stop()
  return result
}

/** Batches of 100 against bare SQLite with the same durability and keys. */
export const batchFigures = async (docs: number): Promise<Figure[]> => {
  const figures: Figure[] = []
  const bare = bareInserts(docs, BATCH)
  for (const connections of [1, 16]) {
    const store = await insertRate(connections, docs / BATCH, BATCH)
    figures.push({
      goal: '',
      what: `docstore: inserts in batches of 100, ${connections} connection(s), of bare node:sqlite`,
      product: rate(store),
      reference: rate(bare),
      value: (100 * store) / bare,
      unit: '%',
      better: 'higher',
      floor: 30,
    })
  }
  return figures
}

/**
 * Single inserts. What group commit can gain depends on the disk: bare SQLite with 16 rows in a commit against one row says how
 * much, on this one.
 */
export const singleFigures = async (count: number): Promise<Figure[]> => {
  const [bareOne, bareMany] = [bareInserts(count, 1), bareInserts(count * 4, 16)]
  const [one, many] = [await insertRate(1, count, 1), await insertRate(16, count * 4, 1)]
  const figure = (what: string, value: number, product: number, reference: number, floor?: number): Figure => ({
    goal: '',
    what: `docstore: ${what}`,
    product: rate(product),
    reference: rate(reference),
    value,
    unit: '×',
    better: 'higher',
    ...(floor === undefined ? {} : { floor }),
  })
  return [
    figure('single inserts, 16 connections over one', many / one, many, one, 3),
    figure('the same in bare node:sqlite: 16 rows in a commit over one', bareMany / bareOne, bareMany, bareOne),
    figure('single inserts, one connection, of bare node:sqlite', one / bareOne, one, bareOne),
  ]
}
