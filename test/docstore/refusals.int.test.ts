import { type Document, EJSON } from 'bson'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { ARRAYS } from './refusals/arrays.ts'
import { COLLECTIONS, RENAMES } from './refusals/collections.ts'
import { COMMANDS } from './refusals/commands.ts'
import { DOCUMENTS } from './refusals/documents.ts'
import { EXPRESSIONS } from './refusals/expressions.ts'
import { FILTERS } from './refusals/filters.ts'
import { INDEXES } from './refusals/indexes.ts'
import { PROJECTIONS } from './refusals/projections.ts'
import { CODE_NAMES, FULL, type Refusal } from './refusals/refusal.ts'
import { SCHEMAS } from './refusals/schemas.ts'
import { STAGES } from './refusals/stages.ts'
import { UPDATES } from './refusals/updates.ts'

let store: TestDocstore
let client: mongo.MongoClient
let db: mongo.Db

beforeAll(async () => {
  store = await startDocstore()
  client = await new mongo.MongoClient(store.uri('refuse'), { retryWrites: false }).connect()
  db = client.db('refuse')
  await db.collection('full').insertMany([...FULL])
  await db.collection('indexed').insertMany([{ twice: 1 }, { twice: 1 }])
  await db.collection('indexed').createIndex({ a: 1 }, { name: 'a' })
  await db.createCollection('view', { viewOn: 'full', pipeline: [] })
})
afterAll(async () => {
  await client?.close()
  await store?.stop()
})

interface Told {
  readonly code: number
  readonly message: string
  readonly codeName?: string
}

const told = async (target: mongo.Db, command: Document): Promise<Told> => {
  try {
    const { writeErrors, ...reply } = await target.command(command)
    const [first] = writeErrors ?? []
    return first ? { code: first.code, message: first.errmsg } : { code: 0, message: EJSON.stringify(reply) }
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError)) throw error
    return { code: Number(error.code), message: error.message, codeName: String(error.codeName) }
  }
}

const refused = async (target: mongo.Db, command: Document, code: number, says = ''): Promise<void> => {
  const { codeName = '', ...answer } = await told(target, command)
  expect(answer).toEqual({ code, message: expect.stringContaining(says) })
  if (codeName) expect(codeName).toBe(CODE_NAMES[code] ?? `Location${code}`)
}

const refuses = (kind: string, rows: readonly Refusal[]): unknown =>
  describe(`${kind}: refused is`, () => {
    for (const [what, command, code, says] of rows)
      it(what, async () => {
        const [name] = Object.keys(command) as [string]
        if (command[name] !== 'any') return refused(db, command, code, says)
        await refused(db, { ...command, [name]: 'full' }, code, says)
        await refused(db, { ...command, [name]: 'missing' }, code, says)
      })
  })

refuses('updates', UPDATES)
refuses('updates of lists', ARRAYS)
refuses('documents', DOCUMENTS)
refuses('filters', FILTERS)
refuses('schemas', SCHEMAS)
refuses('projections and sorts', PROJECTIONS)
refuses('pipelines', STAGES)
refuses('expressions', EXPRESSIONS)
refuses('commands', COMMANDS)
refuses('indexes', INDEXES)
refuses('collections', COLLECTIONS)

describe('renaming: refused is', () => {
  const named = (text: string): string => text.replaceAll('{db}', 'refuse')
  for (const [what, command, code, says = ''] of RENAMES)
    it(what, async () => {
      const sent = EJSON.parse(named(EJSON.stringify(command))) as Document
      await refused(client.db('admin'), sent, code, named(says))
    })
})

describe('what was refused', () => {
  it('changed nothing and made nothing', async () => {
    expect(await db.collection('full').find().toArray()).toEqual(FULL)
    expect(await db.collection('full').indexes()).toHaveLength(1)
    const names = (await db.listCollections().toArray()).map((c) => c.name)
    expect(names.sort()).toEqual(['full', 'indexed', 'view'])
  })
})
