import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller } from '#test/support/caller.ts'
import { startDocstore, type TestDocstore } from '#test/support/docstore.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'

let docstore: TestDocstore
let house: House
beforeAll(async () => {
  docstore = await startDocstore({ args: ['--test-commands'] })
  house = await openHouse({ MONGODB_URL: docstore.uri('pitboard') })
})
afterAll(async () => {
  await house.close()
  await docstore.stop()
})

const failPoint = (mode: unknown, data: object) =>
  house.web.stores.mongo.connection.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode, data })

/** What a database says that cannot do what it is asked just now, also when the driver asks once more. */
const faults: [string, object][] = [
  ['cuts the line', { closeConnection: true }],
  ['stands by for another', { errorCode: 10107 }],
  ['steps down amid the work', { errorCode: 11602 }],
  ['is being shut down', { errorCode: 91 }],
  ['takes too long', { errorCode: 50 }],
  ['has a full disk', { errorCode: 14031 }],
]

test.each(faults)(
  'the database %s: a sender and a reader are told to come back, and served when they do',
  async (_, fault) => {
    const source = caller(house.url, { authorization: `Bearer ${house.key}` })
    const activity = call('ana')
    const ask = {
      insert: () => source.post('/activities', activity),
      find: () => house.as('ana').get('/feed'),
    }
    for (const [command, namespace] of [
      ['insert', 'pitboard.activities'],
      ['find', 'pitboard.feed'],
    ] as const) {
      await failPoint('alwaysOn', { failCommands: [command], namespace, ...fault })
      const refused = await ask[command]()
      await failPoint('off', {})
      expect([command, refused.status, refused.body]).toMatchObject([command, 503, { code: 'stores.unreachable' }])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect([command, (await ask[command]()).status]).toEqual([command, command === 'insert' ? 202 : 200])
    }
  },
)

test('what is stored but not confirmed by its copies is not taken, also beside what was there', async () => {
  const [known, unknown] = [call('ana'), call('bo')]
  await house.send(known)
  const source = caller(house.url, { authorization: `Bearer ${house.key}` })
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' }
  await failPoint('alwaysOn', { failCommands: ['insert'], namespace: 'pitboard.activities', writeConcernError })
  const refused = await source.post('/activities', [known, unknown])
  await failPoint('off', {})
  expect([refused.status, refused.body]).toMatchObject([503, { code: 'stores.unreachable' }])
  expect(await house.send(known, unknown)).toEqual({ accepted: 0, duplicate: 2, rejected: [] })
})
