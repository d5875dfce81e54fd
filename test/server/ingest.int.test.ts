import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { until } from '#test/support/caller.ts'
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
    rejected: [{ index: 1001, code: 'line.not_json', path: '', message: 'The line is not valid JSON' }],
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

test('one that is refused by itself is not answered as if it were stored', async () => {
  const tomorrow = { ...call('ana'), occurredAt: new Date(Date.now() + 86_400_000).toISOString() }
  const answer = await post(JSON.stringify(tomorrow))
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await answer.json()).toMatchObject({
    status: 422,
    code: 'activity.in_future',
    issues: [{ path: 'body.occurredAt' }],
    accepted: 0,
    rejected: [{ index: 0, code: 'activity.in_future' }],
  })
  const first = call('ana')
  await post(JSON.stringify(first))
  expect((await post(JSON.stringify({ ...first, kind: 'visit.made' }))).status).toBe(409)
  expect((await post(JSON.stringify([tomorrow]))).status).toBe(202)
})

test('packed lines are taken, and what is not UTF-8 or not packed as it says is refused', async () => {
  const lines = { 'content-type': 'application/x-ndjson' }
  const send = (body: Buffer, headers: Record<string, string>) => post(body as unknown as string, headers)
  const two = Buffer.from(`\uFEFF${JSON.stringify(call('ana'))}\r\n\n${JSON.stringify(call('bo'))}`)
  const packed = await send(gzipSync(two), { ...lines, 'content-encoding': 'gzip' })
  expect(await packed.json()).toEqual({ accepted: 2, duplicate: 0, rejected: [] })
  expect(await problem(await send(two, { ...lines, 'content-encoding': 'gzip' }))).toEqual(
    refused(400, 'body.malformed'),
  )
  expect(await problem(await send(two, { ...lines, 'content-encoding': 'br' }))).toEqual(refused(415, 'body.encoding'))
  const chinese = Buffer.from('{"name":"\xb3\xc2"}', 'latin1')
  expect(await problem(await send(chinese, {}))).toEqual(refused(415, 'body.encoding'))
  const mixed = Buffer.concat([chinese, Buffer.from(`\n${JSON.stringify(call('ana'))}`)])
  expect(await (await send(mixed, lines)).json()).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, code: 'line.not_utf8' }],
  })
  const lied = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  expect(await problem(await send(two, lied))).toEqual(refused(400, 'body.malformed'))
  expect(await problem(await send(gzipSync(two).subarray(0, 40), lied))).toEqual(refused(400, 'body.malformed'))
})

test('a line that is too long is refused by itself, and one that never ends with its stream', async () => {
  const lines = { 'content-type': 'application/x-ndjson' }
  const long = JSON.stringify({ ...call('ana'), attributes: { note: 'x'.repeat(200_000) } })
  const [before, after] = [JSON.stringify(call('ana')), JSON.stringify(call('bo'))]
  const answer = await post([before, long, after, long].join('\n'), lines)
  expect(await answer.json()).toEqual({
    accepted: 2,
    duplicate: 0,
    rejected: [1, 3].map((index) => ({ index, code: 'line.too_large', path: '', message: expect.any(String) })),
  })
  expect(await problem(await post('x'.repeat(6_000_000), lines))).toEqual(refused(413, 'body.too_large'))
})

test('a stream is taken while it still goes on', async () => {
  const { activities } = house.web.stores.mongo
  const [first, second] = [call('ana'), call('ana')]
  const headers = { authorization: `Bearer ${house.key}`, 'content-type': 'application/x-ndjson' }
  const sending = request(`${house.url}/api/v1/activities`, { method: 'POST', headers })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    sending.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
  })
  sending.write(`${JSON.stringify(first)}\n${JSON.stringify(second).slice(0, 20)}`)
  await until(async () => (await activities.countDocuments({ externalId: first.externalId })) === 1)
  sending.end(JSON.stringify(second).slice(20))
  expect(await answered).toBe(202)
  expect(await activities.countDocuments({ externalId: second.externalId })).toBe(1)
})

test('a stream of nothing but bad lines is not read to its end, and each line that was read is answered for', async () => {
  const bad = Array.from({ length: 5000 }, (_, at) => (at === 7 ? JSON.stringify(call('ana')) : '{}')).join('\n')
  const answer = await post(bad, { 'content-type': 'application/x-ndjson' })
  expect(answer.status).toBe(422)
  const result = await answer.json()
  expect(result).toMatchObject({ code: 'activities.too_many_refused', accepted: 1, duplicate: 0 })
  const read = Number(/first (\d+)/.exec(result.detail)?.[1])
  expect(result.rejected.map(({ index }: { index: number }) => index)).toEqual(
    Array.from({ length: read }, (_, at) => at).filter((at) => at !== 7),
  )
})

test('what is JSON and no activity is named as that, and the word Bearer may be written as one likes', async () => {
  for (const body of ['null', '5', '"call"'])
    expect(await problem(await post(body))).toEqual(refused(422, 'activity.invalid'))
  const answer = await post(JSON.stringify(call('ana')), { authorization: `bearer ${house.key}` })
  expect(answer.status).toBe(202)
})

test('a source that floods is told when to come back', async () => {
  const thousand = JSON.stringify(Array(1000).fill(0))
  // Time stands still, so that a slow machine is as fast as any.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now())
  try {
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(thousand)))
    const slowed = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 202).length).toBe(60 - slowed.length)
    expect(slowed.length).toBeGreaterThanOrEqual(20)
    expect(Number(slowed[0]?.headers.get('retry-after'))).toBe(1)
    for (const answer of slowed) expect(await problem(answer)).toEqual(refused(429, 'activities.too_fast'))
    clock.mockReturnValue(Date.now() + 1000)
    expect((await post(thousand)).status).toBe(202)
  } finally {
    clock.mockRestore()
  }
})

test('while the database hangs, senders are told to try again, and what was sent is stored once', async () => {
  const one = call('ana')
  await new Promise((done) => setTimeout(done, 2500))
  process.kill(house.docstorePid, 'SIGSTOP')
  try {
    const ready = fetch(`${house.url}/readyz`)
    const [answer, again] = await Promise.all([post(JSON.stringify(one)), post(JSON.stringify(one))])
    for (const waited of [await ready, answer, again])
      expect(Number(waited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ready).status).toBe(503)
    expect(await problem(answer)).toEqual(refused(503, 'stores.unreachable'))
  } finally {
    process.kill(house.docstorePid, 'SIGCONT')
  }
  await until(async () => (await post(JSON.stringify(one))).status === 202, 20_000)
  expect(await house.web.stores.mongo.activities.countDocuments({ externalId: one.externalId })).toBe(1)
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
