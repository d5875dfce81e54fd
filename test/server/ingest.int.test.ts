import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '#test/support/house.ts'
import { call, deal } from '#test/support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${house.url}/api/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.key}`, 'content-type': 'application/json', ...headers },
    body,
  })
}
const problem = async (answer: Response) => ({
  status: answer.status,
  type: answer.headers.get('content-type')?.split(';')[0],
  code: ((await answer.json()) as { code: string }).code,
})
const refused = (status: number, code: string) => ({ status, code, type: 'application/problem+json' })

test('one, an array and a stream of lines are taken, and each repeat is known', async () => {
  const one = call('ana')
  expect(await (await post(JSON.stringify(one))).json()).toEqual({ accepted: 1, duplicate: 0, rejected: [] })
  expect(await (await post(JSON.stringify(one))).json()).toEqual({ accepted: 0, duplicate: 1, rejected: [] })
  const many = Array.from({ length: 1000 }, () => call('bo'))
  expect(await (await post(JSON.stringify([...many.slice(0, 999), many[0]]))).json()).toMatchObject({
    accepted: 999,
    duplicate: 1,
  })
  const lines = [...many, call('cai')].map((activity) => JSON.stringify(activity)).join('\n')
  const streamed = await post(`${lines}\nnot json\n`, { 'content-type': 'application/x-ndjson' })
  expect(streamed.status).toBe(202)
  expect(await streamed.json()).toEqual({
    accepted: 2,
    duplicate: 999,
    rejected: [{ index: 1001, code: 'activity.invalid', path: '', message: expect.any(String) }],
  })
})

test('a bad item is named with its place and reason, and the others are taken', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const answer = await post(
    JSON.stringify([
      call('ana'),
      { ...call('ana'), occurredAt: tomorrow },
      { ...call('ana'), points: 5 },
      { ...call('ana'), person: undefined },
      { ...deal('bo'), value: { amountMinor: 1.5, currency: 'EUR' } },
      { ...call('bo'), evidence: 'manager-verified' },
    ]),
  )
  const { accepted, rejected } = (await answer.json()) as {
    accepted: number
    rejected: { index: number; code: string; path: string }[]
  }
  expect(accepted).toBe(1)
  expect(rejected.map(({ index, code, path }) => [index, code, path])).toEqual([
    [1, 'activity.in_future', 'occurredAt'],
    [2, 'activity.invalid', ''],
    [3, 'activity.person', 'person'],
    [4, 'activity.invalid', 'value.amountMinor'],
    [5, 'activity.invalid', 'evidence'],
  ])
})

test('the same revision with other content is a contradiction, a larger one a correction', async () => {
  const first = deal('ana', { amountCents: 100 })
  await post(JSON.stringify(first))
  const other = { ...first, value: { amountMinor: 200, currency: 'EUR' } }
  expect(await (await post(JSON.stringify(other))).json()).toMatchObject({
    accepted: 0,
    duplicate: 0,
    rejected: [{ code: 'activity.conflict' }],
  })
  expect(await (await post(JSON.stringify({ ...other, revision: 2 }))).json()).toMatchObject({ accepted: 1 })
})

test('what cannot be taken is refused with the right word and in one form', async () => {
  expect(await problem(await post('{"a":'))).toEqual(refused(400, 'body.not_json'))
  expect(await problem(await post('x', { 'content-type': 'text/plain' }))).toEqual(refused(415, 'body.type'))
  expect(await problem(await post('[]', { authorization: 'Bearer pb_notakeynotakeynotakey' }))).toEqual(
    refused(401, 'key.unknown'),
  )
  expect(await problem(await post(JSON.stringify(Array(1001).fill(call('ana')))))).toEqual(
    refused(413, 'activities.too_many'),
  )
  expect(await problem(await post(JSON.stringify({ a: 'x'.repeat(5_000_000) })))).toEqual(
    refused(413, 'body.too_large'),
  )
  const rep = await fetch(`${house.url}/api/v1/activities`, {
    method: 'POST',
    headers: { cookie: house.cookie('ana'), 'content-type': 'application/json' },
    body: '[]',
  })
  expect(await problem(rep)).toEqual(refused(403, 'permission.denied'))
})

test('activities of somebody who is not known wait in the tray, and count once they are mapped', async () => {
  const stranger = { ...deal('x', { amountCents: 77_700 }), person: { externalId: 'zoe@crm' } }
  await house.send(stranger)
  const tray = (await house.as('boss').get('/unmatched')).body as {
    items: { ref: object; sourceId: string; activities: number }[]
  }
  expect(tray.items).toMatchObject([{ activities: 1, sourceId: house.sourceId }])
  const { ref, sourceId } = tray.items[0] as { ref: object; sourceId: string }
  expect((await house.as('boss').post('/unmatched/assign', { sourceId, ref, personId: 'cai' })).status).toBeLessThan(
    300,
  )
  await house.web.stores.mongo.activities.updateMany({ unmatched: true }, { $set: { pendingSince: new Date() } })
  await house.settle()
  const { rows } = (await house.as('boss').get('/boards/won-this-month/view')).body as {
    rows: { memberId: string; value: number }[]
  }
  expect(rows.find((row) => row.memberId === 'cai')?.value).toBe(77_700)
  expect(await house.differences()).toEqual([])
})
