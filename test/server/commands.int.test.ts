import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { caller } from '#test/support/caller.ts'
import { addCrmBoards, crm, crmNote, expectCrmFigures } from '#test/support/crm.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'

let house: House
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => house?.close())

/** Runs an operator's command on the stores of the house, called from the folder. */
function run(name: string, ...args: string[]): Promise<{ code: unknown; said: string }> {
  const { MONGODB_URL, REDIS_URL } = house.config
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, INIT_CWD: folder, MONGODB_URL, REDIS_URL, DATA_DIR: folder }
  return new Promise((done) => {
    execFile(
      process.execPath,
      [`server/commands/${name}.ts`, ...args],
      { env, maxBuffer: 1e8 },
      (error, out, complaints) => done({ code: error ? error.code : 0, said: out + complaints }),
    )
  })
}
const fromFloor = ['--org', 'floor', '--source', 'CRM']

test(`the command takes a real export to exactly its figures, and again changes nothing${crmNote}`, {
  skip: crm === null,
  timeout: 300_000,
}, async () => {
  house = await openHouse()
  await addCrmBoards(house)
  const files = ['--people', join(crm ?? '', 'sales_teams.csv'), '--activities', join(crm ?? '', 'sales_pipeline.csv')]
  const dry = await run('import', ...fromFloor, ...files, '--dry-run')
  expect(dry.said).toContain('Nothing was written.')
  expect(dry.said).toContain(
    'person sales_agent, date close_date (M/D/YYYY), amount close_value; not read: engage_date.',
  )
  expect(dry.said).toContain(
    '1. {"externalId":"1C1I7A6R","revision":1,"kind":"deal.won","person":{"externalId":"Moses Frase"}',
  )
  expect(await house.web.stores.mongo.activities.countDocuments({})).toBe(0)
  const first = await run('import', ...fromFloor, ...files)
  expect([first.code, first.said]).toEqual([0, expect.stringContaining('6711 new, 0 known, 2089 skipped, 0 bad')])
  await expectCrmFigures(house)
  const again = await run('import', ...fromFloor, ...files)
  expect(again.said).toContain('People: 0 new, 0 moved; 0 new teams.')
  expect(again.said).toContain(' 0 new, 6711 known')
  await expectCrmFigures(house)
  expect((await run('verify')).code).toBe(0)
})

test('a file from Excel in GB18030 is read by a kept mapping, and its bad rows come as a file', async () => {
  house = await openHouse()
  // 编号,成员,日期,金额 · 王芳 is nobody here; the second row has no date, the third no amount that can be read.
  const header = Buffer.from('b1e0bac52cb3c9d4b12cc8d5c6da2cbdf0b6ee0d0a', 'hex')
  const rows = ['1,ana@floor.example,2026-03-02,100', '2,ana@floor.example,,100', '3,ana@floor.example,2026-03-02,x']
  const name = Buffer.concat([
    Buffer.from('4,', 'latin1'),
    Buffer.from('cdf5b7bc', 'hex'),
    Buffer.from(',2026-03-02,5'),
  ])
  writeFileSync(join(folder, 'deals.csv'), Buffer.concat([header, Buffer.from(`${rows.join('\r\n')}\r\n`), name]))
  const dry = await run('import', ...fromFloor, '--activities', 'deals.csv', '--dry-run')
  const mapping = JSON.parse(/\{\n[\s\S]*?\n\}/.exec(dry.said)?.[0] ?? 'null')
  expect(mapping.externalId).toBe('编号')
  const value = { column: '金额', currency: 'EUR', decimalMark: '.' }
  const kept = {
    ...mapping,
    person: { column: '成员', by: 'email' },
    kind: { from: 'always', kind: 'deal.won' },
    value,
  }
  writeFileSync(join(folder, 'map.json'), JSON.stringify(kept))
  const files = ['--activities', 'deals.csv', '--map', 'map.json', '--bad-rows', 'bad.csv']
  const { code, said } = await run('import', ...fromFloor, ...files)
  expect(code).toBe(2)
  expect(said).toContain('Activities (gb18030): 1 new, 0 known, 0 skipped, 3 bad.')
  const bad = readFileSync(join(folder, 'bad.csv'), 'utf8')
  expect(bad.split('\r\n')[0]).toBe('\uFEFFfile,line,column,value,reason,code')
  expect(bad).toContain('activities,4,金额,x,')
  // Boards say when the source last sent something, also when it was sent by command.
  const { sources } = house.web.stores.mongo
  expect(await sources.findOne({ org: 'floor', lastActivityAt: { $gt: new Date(Date.now() - 60_000) } })).not.toBeNull()
  expect(bad).toContain('王芳')
})

test('verify names each difference and fails; rebuild puts right what is derived', async () => {
  house = await openHouse()
  await house.send(call('ana'))
  expect(await run('verify')).toEqual({ code: 0, said: expect.stringContaining('Nothing differs') })
  const { entries, tallies } = house.web.stores.mongo
  await tallies.deleteOne({ org: 'floor', of: 'people' })
  const wrong = await run('verify')
  expect(wrong.code).toBe(1)
  expect(wrong.said).toMatch(/^tally: floor\.ana\.red\.\S+, calls on \S+: expected \{.*\}, found null$/m)
  expect(wrong.said).toContain('tally: npm run rebuild.')
  expect((await run('rebuild')).said).toContain('ledger entries folded')
  expect((await run('verify')).code).toBe(0)
  await entries.deleteOne({ org: 'floor' })
  expect((await run('verify')).said).toContain('ledger: npm run rebuild -- --ledger')
  await run('rebuild', '--ledger')
  expect(await house.differences()).toEqual([])
})

test('verify does not say that all is well where there is nothing to compare', async () => {
  house = await openHouse()
  await house.web.stores.mongo.organizations.deleteMany({})
  expect(await run('verify')).toEqual({ code: 1, said: expect.stringContaining('nothing was compared') })
  expect(await run('rebuild')).toEqual({ code: 0, said: expect.stringContaining('nothing to rebuild') })
})

test('verify lets what has just come in be scored before it looks', async () => {
  house = await openHouse()
  const source = caller(house.url, { authorization: `Bearer ${house.key}` })
  await source.post('/activities', [call('ana'), call('bo')])
  expect(await run('verify')).toEqual({ code: 0, said: expect.stringContaining('2 activities are being scored') })
})

test('a demo that was cut off while it was loaded is loaded anew, and one of somebody else’s is left alone', async () => {
  house = await openHouse()
  const { organizations, teams } = house.web.stores.mongo
  const said = async () => JSON.parse((await run('demo')).said.trim().split('\n').at(-1) ?? '')
  expect(await said()).toEqual({ loaded: false })
  await organizations.deleteMany({ _id: { $ne: 'floor' } })
  writeFileSync(
    join(folder, 'demo.json'),
    JSON.stringify({ org: 'floor', key: 'pb_cut', currency: 'EUR', loading: true }),
  )
  expect(await said()).toEqual({ loaded: true })
  expect(await organizations.countDocuments({})).toBe(1)
  expect(await teams.countDocuments({ org: 'floor' })).toBe(0)
  const { key, loading } = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))
  expect([key === 'pb_cut', loading]).toEqual([false, false])
  expect(await said()).toEqual({ loaded: true })
  expect(await organizations.countDocuments({})).toBe(1)
})

test('a command that cannot go on says why in one sentence', async () => {
  house = await openHouse()
  expect((await run('import')).said).toMatch(/^Say what to import: npm run import/)
  expect((await run('import', '--sorce', 'x')).said).toMatch(/Unknown option '--sorce'. Use: npm run import/)
  expect((await run('verify', '--org', 'floor')).said).toContain("Unknown option '--org'. Use: npm run verify")
  expect((await run('import', '--source', 'x', '--activities', 'a.csv')).said).toContain(
    'Say which organization with --org',
  )
  const nowhere = { code: 1, said: `${join(folder, 'nowhere.csv')} cannot be read: there is no such file or folder.\n` }
  expect(await run('import', ...fromFloor, '--activities', 'nowhere.csv')).toEqual(nowhere)
  writeFileSync(join(folder, 'rowless.csv'), 'id,date\n')
  expect((await run('import', ...fromFloor, '--activities', 'rowless.csv')).said).toContain('no rows under its header')
  writeFileSync(join(folder, 'dateless.csv'), 'id,city\n1,Rome\n')
  expect((await run('import', ...fromFloor, '--activities', 'dateless.csv')).said).toContain(
    'Among the columns id · city none could be taken for: date.',
  )
  const unwritable = await run('import', ...fromFloor, '--activities', 'nowhere.csv', '--bad-rows', 'no/where.csv')
  expect(unwritable.said).toContain('no/where.csv cannot be written: there is no such file or folder')
})
