import { expect, test } from 'vitest'
import { guessMapping } from '#shared/importGuess.ts'
import { type ImportMapping, importMappingSchema, mapRow } from '#shared/importing.ts'
import { guessPeopleMapping, mapPeople } from '#shared/importPeople.ts'
import { decodeCsvBytes } from '#shared/importText.ts'

const settings = { zone: 'America/New_York', currency: 'USD' }
const headers = [
  'opportunity_id',
  'sales_agent',
  'product',
  'account',
  'deal_stage',
  'engage_date',
  'close_date',
  'close_value',
]
const row = (cells: string) => Object.fromEntries(cells.split(',').map((cell, index) => [headers[index] ?? '', cell]))
const won = row('1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,10/20/2016,3/1/2017,1054')
const lost = row('KWVA7VR1,Gladys Colclough,GTXPro,,Lost,11/4/2016,3/18/2017,0')
const engaging = row('HAXMC4IX,James Ascencio,MG Advanced,,Engaging,11/3/2016,,')
const prospecting = row('6CWZFOHJ,Anna Snelling,GTX Basic,Green-Plus,Prospecting,,,')

function guessed(): ImportMapping {
  const guess = guessMapping(headers, [won, lost, engaging, prospecting], settings)
  if (!guess.ok) throw new Error(`missing: ${guess.missing}`)
  return guess.mapping
}

test('the columns of a CRM export are recognized', () => {
  const mapping = guessed()
  expect(importMappingSchema.parse(mapping)).toEqual(mapping)
  expect(mapping).toMatchObject({
    externalId: 'opportunity_id',
    person: { column: 'sales_agent', by: 'name' },
    kind: { from: 'column', column: 'deal_stage' },
    occurredAt: { column: 'close_date', pattern: 'M/D/YYYY' },
    value: { column: 'close_value', currency: 'USD', decimalMark: '.' },
    attributes: [
      { column: 'account', name: 'account' },
      { column: 'product', name: 'product' },
    ],
  })
})

test('the columns of a Chinese export are recognized', () => {
  const chinese = ['商机编号', '负责人', '客户', '阶段', '签约日期', '合同额']
  const sample = {
    商机编号: '1',
    负责人: '王芳',
    客户: '华为',
    阶段: '赢单',
    签约日期: '2026/3/15',
    合同额: '¥12,000.00',
  }
  const guess = guessMapping(chinese, [sample], { zone: 'Asia/Shanghai', currency: 'CNY' })
  if (!guess.ok) throw new Error('not recognized')
  expect(mapRow(sample, 2, guess.mapping)).toMatchObject({
    result: 'activity',
    input: {
      externalId: '1',
      kind: 'deal.won',
      person: { externalId: '王芳' },
      occurredAt: '2026-03-14T16:00:00.000Z',
      value: { amountMinor: 1_200_000, currency: 'CNY' },
      attributes: { account: '华为' },
    },
  })
})

test('a file without ids or dates cannot be guessed, and says what is missing', () => {
  expect(guessMapping(['who', 'amount'], [{ who: 'Ana', amount: '5' }], settings)).toEqual({
    ok: false,
    missing: ['externalId', 'date'],
  })
})

test('dates that can be read both ways are taken month first, and said to be ambiguous', () => {
  const read = (date: string) => guessMapping(['id', 'date'], [{ id: '1', date }], settings)
  expect(read('3/4/2026')).toMatchObject({ ambiguousDates: true, mapping: { occurredAt: { pattern: 'M/D/YYYY' } } })
  expect(read('13/4/2026')).toMatchObject({ ambiguousDates: false, mapping: { occurredAt: { pattern: 'D/M/YYYY' } } })
})

test('a won deal, a lost one without an account, and open ones', () => {
  const mapping = guessed()
  expect(mapRow(won, 2, mapping)).toEqual({
    result: 'activity',
    input: {
      externalId: '1C1I7A6R',
      revision: 1,
      kind: 'deal.won',
      person: { externalId: 'Moses Frase' },
      occurredAt: '2017-03-01T05:00:00.000Z',
      value: { amountMinor: 105_400, currency: 'USD' },
      quantity: 1,
      attributes: { account: 'Cancity', product: 'GTX Plus Basic' },
      voided: false,
      evidence: 'automatic',
    },
  })
  expect(mapRow(lost, 3, mapping)).toMatchObject({ input: { kind: 'deal.lost', attributes: { product: 'GTXPro' } } })
  expect(mapRow(engaging, 4, mapping)).toEqual({ result: 'skip', line: 4, reason: 'stage' })
  expect(mapRow(prospecting, 5, mapping)).toEqual({ result: 'skip', line: 5, reason: 'stage' })
  expect(mapRow(row(',,,,,,,'), 6, mapping)).toEqual({ result: 'skip', line: 6, reason: 'empty' })
})

test('an open deal can become a lead of its own, dated when it was engaged, that stays when the deal is won', () => {
  const mapping = guessed()
  if (mapping.kind.from !== 'column') throw new Error('no stages')
  mapping.kind.values.push({
    value: 'engaging',
    kind: 'lead.created',
    occurredAt: { column: 'engage_date', pattern: 'M/D/YYYY' },
    idSuffix: 'lead',
  })
  expect(mapRow(engaging, 4, mapping)).toMatchObject({
    input: { externalId: 'HAXMC4IX~lead', kind: 'lead.created', occurredAt: '2016-11-03T04:00:00.000Z' },
  })
})

test.each([
  ['opportunity_id', '', 'id.missing'],
  ['close_date', '', 'date.missing'],
  ['close_date', '2/30/2017', 'date.impossible'],
  ['close_value', '1,05', 'value.unreadable'],
  ['opportunity_id', 'x'.repeat(201), 'row.invalid'],
  ['account', 'x'.repeat(501), 'row.invalid'],
])('a row whose %s is "%s" is listed with line, value and reason', (column, value, code) => {
  const mapped = mapRow({ ...won, [column]: value }, 7, guessed())
  expect(mapped).toMatchObject({ result: 'bad', bad: { line: 7, column, value: value.slice(0, 200), code } })
})

test('a row without a person is kept for the unmatched tray', () => {
  const mapped = mapRow({ ...won, sales_agent: '' }, 2, guessed())
  expect(mapped.result === 'activity' && mapped.input.person).toBeUndefined()
})

test('headers like "constructor" read nothing of the language', () => {
  const mapping = { ...guessed(), externalId: 'constructor' }
  expect(mapRow(won, 2, mapping)).toMatchObject({ result: 'bad', bad: { code: 'id.missing' } })
})

test('managers’ teams stand under their office, offices under the company', () => {
  const people = ['sales_agent', 'manager', 'regional_office']
  const mapping = guessPeopleMapping(people)
  if (!mapping) throw new Error('not recognized')
  const rows = [
    { sales_agent: 'Anna Snelling', manager: 'Dustin Brinkmann', regional_office: 'Central' },
    { sales_agent: 'Carl Lin', manager: 'Summer Sewald', regional_office: 'West' },
    { sales_agent: 'Zoe', manager: '', regional_office: 'West' },
    { sales_agent: 'Max', manager: '', regional_office: '' },
    { sales_agent: 'Max', manager: '', regional_office: '' },
    { sales_agent: 'Carl Lin', manager: 'Somebody else', regional_office: 'West' },
    { sales_agent: '', manager: 'Somebody else', regional_office: 'West' },
  ]
  const imported = mapPeople(rows, mapping, { companyName: 'Acme' })
  expect(imported.teams.slice(0, 3)).toEqual([
    { key: 'company', name: 'Acme', level: 'company', parentKey: null },
    { key: 'company/Central', name: 'Central', level: 'region', parentKey: 'company' },
    { key: 'company/Central/Dustin Brinkmann', name: 'Dustin Brinkmann', level: 'team', parentKey: 'company/Central' },
  ])
  expect(imported.people.map(({ name, teamKey }) => [name, teamKey])).toEqual([
    ['Anna Snelling', 'company/Central/Dustin Brinkmann'],
    ['Carl Lin', 'company/West/Summer Sewald'],
    ['Zoe', 'company/West'],
    ['Max', 'company'],
  ])
  expect(imported.bad.map(({ line, code }) => [line, code])).toEqual([
    [7, 'person.twice'],
    [8, 'person.name'],
  ])
})

test('a file is read in the encoding that it was saved in', () => {
  const text = '负责人,金额\n王芳,1200'
  const utf8 = new TextEncoder().encode(text)
  const gb = Uint8Array.from(Buffer.from('uLrU8MjLLL3wtu4KzfW3vCwxMjAw', 'base64'))
  expect(decodeCsvBytes(utf8)).toEqual({ text, encoding: 'utf-8' })
  expect(decodeCsvBytes(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]))).toEqual({ text, encoding: 'utf-8' })
  expect(decodeCsvBytes(new Uint8Array([0xff, 0xfe, ...Buffer.from(text, 'utf16le')]))?.text).toBe(text)
  expect(decodeCsvBytes(gb)).toEqual({ text, encoding: 'gb18030' })
  expect(decodeCsvBytes(new Uint8Array([0x41, 0xff, 0xff]))).toBeNull()
})

test('the first bytes of a longer file may end within a character', () => {
  const utf8 = new TextEncoder().encode('王芳')
  expect(decodeCsvBytes(utf8.slice(0, 4), { complete: false })).toEqual({ text: '王', encoding: 'utf-8' })
})

test('a few cells that are no date or no amount do not keep their column from being found', () => {
  const rows = Array.from({ length: 20 }, (_, at) => ({ id: `${at}`, date: `2026-03-${10 + at}`, amount: `${at},50` }))
  const dirty = [
    ...rows,
    { id: 'x', date: '2026-02-31', amount: '10,50' },
    { id: 'y', date: '2026-02-03', amount: '=1+2' },
  ]
  const guess = guessMapping(['id', 'date', 'amount'], dirty, { zone: 'UTC', currency: 'EUR' })
  expect(guess).toMatchObject({
    ok: true,
    mapping: { occurredAt: { column: 'date', pattern: 'YYYY-MM-DD' }, value: { column: 'amount', decimalMark: ',' } },
  })
})

test('quantities of a row are written like its amounts', () => {
  const { kind: _, ...mapping } = guessed()
  const german: ImportMapping = {
    ...mapping,
    kind: { from: 'always', kind: 'deal.won' },
    value: { column: 'close_value', currency: 'EUR', decimalMark: ',' },
    quantity: { column: 'engage_date' },
  }
  const cells = { ...won, close_value: '1.234,50', engage_date: '1.000' }
  expect(mapRow(cells, 2, german)).toMatchObject({
    result: 'activity',
    input: { quantity: 1000, value: { amountMinor: 123_450 } },
  })
})
