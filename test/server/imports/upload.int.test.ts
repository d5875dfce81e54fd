import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { preview, upload } from '#test/support/upload.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house?.close())

const boundary = 'form-7f3a'
const csv = 'deal_id,agent,stage,close_date,amount\nd-1,Ana,Won,2026-03-02,1200.50\n'
const part = (name: string, content: string, file?: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"\r\nContent-Type: text/csv` : ''}\r\n\r\n${content}\r\n`
const form = Buffer.from(`${part('file', csv, 'deals.csv')}${part('sourceId', 'crm')}--${boundary}--\r\n`)
const type = `multipart/form-data; boundary=${boundary}`
const send = (body: Uint8Array, contentType = type) =>
  house.as('boss').send('POST', '/imports/preview', body, { 'content-type': contentType })

/** The same numbers every time. */
function dice(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (state * 48_271) % 2_147_483_647
    return state % most
  }
}

/** A form with something broken in it: bytes changed, cut out, doubled, or the end missing. */
function mutated(seed: number): Buffer {
  const roll = dice(seed + 1)
  roll(2)
  const at = roll(form.length)
  const length = 1 + roll(40)
  const noise = Buffer.from(Array.from({ length }, () => roll(256)))
  const [head, middle, tail] = [form.subarray(0, at), form.subarray(at, at + length), form.subarray(at + length)]
  const ways = [[head], [head, tail], [head, middle, middle, tail], [head, noise, tail], [head, noise, middle, tail]]
  return Buffer.concat(ways[seed % ways.length] ?? [])
}

test('two hundred broken forms get an answer each, and the server goes on', async () => {
  const statuses = new Set<number>()
  for (let seed = 0; seed < 200; seed++) {
    const { status, body } = await send(mutated(seed))
    expect([seed, status, status === 200 || typeof body.code === 'string']).toEqual([seed, status, true])
    statuses.add(status)
  }
  for (const contentType of ['multipart/form-data', `${type}x`, 'multipart/form-data; boundary=""', 'multipart/mixed'])
    statuses.add((await send(form, contentType)).status)
  expect([...statuses].filter((status) => ![200, 400, 415, 422].includes(status))).toEqual([])
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 415, 422]))
  expect((await send(form)).status).toBe(200)
})

test('uploads that are cut amid the file take no place from the next ones', async () => {
  for (let round = 0; round < 30; round++) {
    const socket = connect(house.web.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `POST /api/v1/imports/preview HTTP/1.1\r\nhost: 127.0.0.1:${house.web.port}\r\ncookie: ${house.cookie('boss')}\r\n` +
        `content-type: ${type}\r\ncontent-length: ${form.length + 1000}\r\n\r\n`,
    )
    socket.write(form.subarray(0, 1 + ((round * 17) % form.length)))
    await sleep(round % 3 === 0 ? 30 : 2)
    if (round % 2 === 0) socket.destroy()
    else socket.resetAndDestroy()
  }
  await until(async () => (await send(form)).status === 200)
})

test('more files at a time than there are places for wait outside, and come in when one is done', async () => {
  const files = { file: { name: 'deals.csv', content: csv } }
  const answers = await Promise.all(Array.from({ length: 12 }, () => upload(house, '/imports/preview', { files })))
  for (const { status, body, headers } of answers)
    expect(status === 200 || (status === 503 && body.code === 'import.busy' && headers.has('retry-after'))).toBe(true)
  expect(answers.some(({ status }) => status === 200)).toBe(true)
  expect((await preview(house, files)).file.total).toBe(1)
})

test('a file that is too large is refused with a sentence, once it has been sent', async () => {
  const large = Buffer.alloc(51 * 1024 * 1024, 'a,b,c\n')
  const told = await upload(house, '/imports/preview', { files: { file: { name: 'large.csv', content: large } } })
  expect([told.status, told.body.code]).toEqual([413, 'body.too_large'])
  const people = await upload(house, '/imports/preview', {
    files: { file: { name: 'a.csv', content: csv }, people: { name: 'p.csv', content: large.subarray(0, 6_000_000) } },
  })
  expect([people.status, people.body.code]).toEqual([413, 'body.too_large'])
})

test('a file’s name is shown without its folders and without marks that turn text around', async () => {
  const name = 'C:\\Users\\ana\\\u202eevil.csv'
  const { mapping } = await preview(house, { file: { name, content: csv } })
  const options = { sourceId: house.sourceId, mapping, people: null, dryRun: true, saveAs: null }
  const { body } = await upload(house, '/imports', {
    files: { file: { name, content: csv } },
    texts: { options: JSON.stringify(options) },
  })
  expect((await house.as('boss').get(`/imports/${body.id}`)).body.fileName).toBe('evil.csv')
})
