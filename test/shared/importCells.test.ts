import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DatePattern, datePatterns, parseInstant, parseMoney, parseQuantity } from '#shared/importCells.ts'
import { minorDigits } from '#shared/money.ts'
import { localDay } from '#shared/period.ts'

test.each<[string, DatePattern, string, string]>([
  ['3/1/2017', 'M/D/YYYY', 'America/New_York', '2017-03-01T05:00:00.000Z'],
  ['3/1/2017', 'D/M/YYYY', 'America/New_York', '2017-01-03T05:00:00.000Z'],
  ['2017-03-01', 'YYYY-MM-DD', 'Asia/Shanghai', '2017-02-28T16:00:00.000Z'],
  ['2017/3/1', 'YYYY/M/D', 'UTC', '2017-03-01T00:00:00.000Z'],
  ['01.03.2017', 'DD.MM.YYYY', 'Europe/Berlin', '2017-02-28T23:00:00.000Z'],
  ['01.03.2017 14:30', 'DD.MM.YYYY', 'Europe/Berlin', '2017-03-01T13:30:00.000Z'],
  ['2017-03-01T14:30:15', 'YYYY-MM-DD', 'UTC', '2017-03-01T14:30:15.000Z'],
  ['3/1/2017 2:30 PM', 'M/D/YYYY', 'UTC', '2017-03-01T14:30:00.000Z'],
  ['3/1/2017 12:05 am', 'M/D/YYYY', 'UTC', '2017-03-01T00:05:00.000Z'],
  ['２０１７-０３-０１', 'YYYY-MM-DD', 'UTC', '2017-03-01T00:00:00.000Z'],
  ['2017-03-01T14:30:15+08:00', 'iso', 'UTC', '2017-03-01T06:30:15.000Z'],
  ['2018-11-04', 'YYYY-MM-DD', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ['3/12/2017 2:30', 'M/D/YYYY', 'America/New_York', '2017-03-12T07:30:00.000Z'],
  ['11/5/2017 1:30', 'M/D/YYYY', 'America/New_York', '2017-11-05T05:30:00.000Z'],
])('%s written %s in %s', (cell, pattern, zone, expected) => {
  const at = parseInstant(cell, pattern, zone)
  expect(at.ok && new Date(at.value).toISOString()).toBe(expected)
})

test.each<[string, DatePattern, string]>([
  ['13/1/2017', 'M/D/YYYY', 'date.impossible'],
  ['2/29/2017', 'M/D/YYYY', 'date.impossible'],
  ['2017-3-1', 'M/D/YYYY', 'date.unreadable'],
  ['3/1/17', 'M/D/YYYY', 'date.unreadable'],
  ['3/1/0017', 'M/D/YYYY', 'date.out-of-range'],
  ['3/1/2017 25:00', 'M/D/YYYY', 'date.unreadable'],
  ['3/1/2017 13:00 PM', 'M/D/YYYY', 'date.unreadable'],
  ['3/1/2017 soon', 'M/D/YYYY', 'date.unreadable'],
  ['2017-03-01T14:30:15', 'iso', 'date.unreadable'],
  ['', 'YYYY-MM-DD', 'date.unreadable'],
])('%s written %s is refused as %s', (cell, pattern, code) => {
  expect(parseInstant(cell, pattern, 'UTC')).toMatchObject({ ok: false, code })
})

test('a day without a time lies on that day in the zone of the file, whatever the zone does at midnight', () => {
  const days = fc.date({ min: new Date('1970-01-02'), max: new Date('2100-01-01'), noInvalidDate: true })
  const zones = fc.constantFrom(
    'America/Sao_Paulo',
    'Asia/Beirut',
    'Asia/Shanghai',
    'Pacific/Auckland',
    'America/Havana',
  )
  fc.assert(
    fc.property(days, zones, (date, zone) => {
      const day = date.toISOString().slice(0, 10)
      const at = parseInstant(day, 'YYYY-MM-DD', zone)
      expect(at.ok && localDay(at.value, zone)).toBe(day)
    }),
  )
})

test.each<[string, string, '.' | ',', number]>([
  ['1054', 'USD', '.', 105_400],
  ['1,054', 'USD', '.', 105_400],
  ['1,234,567.8', 'USD', '.', 123_456_780],
  ['1.234.567,89', 'EUR', ',', 123_456_789],
  ['1 234,50', 'EUR', ',', 123_450],
  ["1'234.50", 'CHF', '.', 123_450],
  ['$1,054.00', 'USD', '.', 105_400],
  ['US$ 5', 'USD', '.', 500],
  ['€ 5,5', 'EUR', ',', 550],
  ['5 EUR', 'EUR', '.', 500],
  ['￥１２００', 'CNY', '.', 120_000],
  ['300元', 'CNY', '.', 30_000],
  ['-12.30', 'USD', '.', -1230],
  ['-$12.30', 'USD', '.', -1230],
  ['0', 'USD', '.', 0],
  ['1.500', 'JPY', ',', 1500],
  ['10.00', 'JPY', '.', 10],
  ['1.250', 'KWD', '.', 1250],
  ['12.', 'USD', '.', 1200],
])('%s in %s with decimal mark %s is %d minor units', (cell, currency, mark, minor) => {
  expect(parseMoney(cell, currency, mark)).toEqual({ ok: true, value: minor })
})

test.each<[string, string, '.' | ',', string]>([
  ['1,05', 'USD', '.', 'value.unreadable'],
  ['1.234.567', 'USD', '.', 'value.unreadable'],
  ['1,2345', 'USD', '.', 'value.unreadable'],
  ['1,234 567', 'USD', '.', 'value.unreadable'],
  ['€5', 'USD', '.', 'value.unreadable'],
  ['5 EUR', 'USD', '.', 'value.unreadable'],
  ['n/a', 'USD', '.', 'value.unreadable'],
  ['', 'USD', '.', 'value.unreadable'],
  ['1e3', 'USD', '.', 'value.unreadable'],
  ['=1+1', 'USD', '.', 'value.unreadable'],
  ['1.005', 'USD', '.', 'value.too-precise'],
  ['1.5', 'JPY', '.', 'value.too-precise'],
  ['100000000000000', 'USD', '.', 'value.too-large'],
  [`1${' '.repeat(100_000)}`, 'USD', '.', 'value.unreadable'],
])('%s in %s with decimal mark %s is refused as %s', (cell, currency, mark, code) => {
  expect(parseMoney(cell, currency, mark)).toMatchObject({ ok: false, code })
})

test('an amount written with any marks is read to the cent', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom('USD', 'JPY', 'KWD'), (minor, currency) => {
      const digits = minorDigits(currency)
      for (const locale of ['en-US', 'de-DE', 'fr-FR'] as const) {
        const text = new Intl.NumberFormat(locale, { minimumFractionDigits: digits }).format(minor / 10 ** digits)
        expect(parseMoney(text, currency, locale === 'en-US' ? '.' : ',')).toEqual({ ok: true, value: minor })
      }
    }),
  )
})

test('quantities are whole numbers', () => {
  expect(parseQuantity('1,200')).toEqual({ ok: true, value: 1200 })
  expect(parseQuantity('3.0')).toEqual({ ok: true, value: 3 })
  for (const cell of ['', '1.5', '-1', '2e3', 'three', '9999999999']) expect(parseQuantity(cell).ok).toBe(false)
})

test('in a file that writes a decimal comma, 1.000 things are a thousand', () => {
  expect(parseQuantity('1.000', ',')).toEqual({ ok: true, value: 1000 })
  expect(parseQuantity('3,0', ',')).toEqual({ ok: true, value: 3 })
  expect(parseQuantity('1.000')).toEqual({ ok: true, value: 1 })
  for (const cell of ['1,5', '1.5', '1,000.0', '12.00']) expect(parseQuantity(cell, ',').ok).toBe(false)
})

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.constantFrom(...datePatterns), (cell, pattern) => {
      const at = parseInstant(cell, pattern, 'UTC')
      expect(at.ok ? Number.isSafeInteger(at.value) : at.code).toBeTruthy()
      const value = parseMoney(cell, 'EUR', '.')
      expect(value.ok ? Number.isSafeInteger(value.value) : value.code).toBeTruthy()
    }),
    { numRuns: 300 },
  )
})
