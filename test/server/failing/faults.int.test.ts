import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller } from '#test/support/caller.ts'
import { failable, failing } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
})
afterAll(() => house.close())

const source = () => caller(house.url, { authorization: `Bearer ${house.key}` })

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
  'the database %s: senders and readers are told to come back, and served when they do',
  async (_, fault) => {
    const activity = call('ana')
    const asks = [
      ['insert', 'pitboard.activities', () => source().post('/activities', activity), 202],
      ['find', 'pitboard.feed', () => house.as('ana').get('/feed'), 200],
    ] as const
    for (const [command, namespace, ask, status] of asks) {
      const refused = await failing(house.web.stores.mongo, { failCommands: [command], namespace, ...fault }, ask)
      expect([command, refused.status, refused.body]).toMatchObject([command, 503, { code: 'stores.unreachable' }])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect([command, (await ask()).status]).toEqual([command, status])
    }
  },
)

test('what is stored but not confirmed by its copies is not taken, also beside what was there', async () => {
  const [known, unknown] = [call('ana'), call('bo')]
  await house.send(known)
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' }
  const fault = { failCommands: ['insert'], namespace: 'pitboard.activities', writeConcernError }
  const refused = await failing(house.web.stores.mongo, fault, () => source().post('/activities', [known, unknown]))
  expect([refused.status, refused.body]).toMatchObject([503, { code: 'stores.unreachable' }])
  expect(await house.send(known, unknown)).toEqual({ accepted: 0, duplicate: 2, rejected: [] })
})
