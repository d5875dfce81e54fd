import { expect, test } from 'vitest'
import { formatGain, formatMinutes, formatMoney, formatNumber, formatValue } from '../../client/lib/format.ts'
import { formatClock, formatCountdown, formatDay, largestUnit } from '../../client/lib/formatTime.ts'
import { initials } from '../../client/lib/initials.ts'
import { sparkPath } from '../../client/lib/sparkPath.ts'
import { nextPath } from '../../client/session/nextPath.ts'
import { boardFigures } from '../../client/wall/boardFigures.ts'
import { outcome, versus } from '../../client/wall/contestStanding.ts'
import { boardView, contestView } from './support/world.ts'

test('money is written from minor units with as many digits as the currency has', () => {
  expect(formatMoney(123_456, 'USD', 'en')).toBe('$1,234.56')
  expect(formatMoney(123_400, 'USD', 'en')).toBe('$1,234')
  expect(formatMoney(123_456, 'JPY', 'en')).toBe('¥123,456')
  expect(formatMoney(123_456, 'KWD', 'en')).toMatch(/123\.456/)
  expect(formatMoney(123_456, 'CNY', 'zh-CN', 'whole')).toBe('¥1,235')
})

test('very large money is short, in thousands or in 万 and 亿', () => {
  expect(formatMoney(115_321_400_000_000, 'USD', 'en', 'compact')).toBe('$1.153T')
  expect(formatMoney(4_783_960_000_000, 'CNY', 'zh-CN', 'compact')).toBe('¥478.4亿')
  expect(formatNumber(12_345_678, 'zh-CN', 'compact')).toBe('1235万')
})

test('each unit is written as a floor reads it', () => {
  const options = { locale: 'en', currency: 'EUR' } as const
  expect(formatValue(65, 'minutes', options)).toBe('1:05')
  expect(formatMinutes(-5)).toBe('−0:05')
  expect(formatValue(63.25, 'percent', options)).toBe('63.3%')
  expect(formatValue(1234, 'points', options)).toBe('1,234')
  expect(formatGain(1200, 'count', options)).toBe('+1,200')
  expect(formatGain(-3, 'count', options)).toBe('−3')
})

test('times are shown in the zone of the organization, not of the screen', () => {
  const newYearInShanghai = Date.UTC(2026, 11, 31, 16, 5)
  expect(formatClock(newYearInShanghai, 'en', 'Asia/Shanghai')).toBe('00:05')
  expect(formatDay(newYearInShanghai, 'en', 'Asia/Shanghai')).toBe('Jan 1, 2027')
  expect(formatClock(newYearInShanghai, 'en', 'America/New_York')).toBe('11:05')
})

test('a countdown reaches zero only when the time is over', () => {
  expect(formatCountdown(3_725_000)).toBe('1:02:05')
  expect(formatCountdown(1)).toBe('0:01')
  expect(formatCountdown(0)).toBe('0:00')
  expect(formatCountdown(-5000)).toBe('0:00')
})

test('an age is told in its largest unit', () => {
  expect(largestUnit(9_000)).toEqual({ unit: 'seconds', n: 9 })
  expect(largestUnit(190_000)).toEqual({ unit: 'minutes', n: 3 })
  expect(largestUnit(7_300_000)).toEqual({ unit: 'hours', n: 2 })
  expect(largestUnit(3 * 86_400_000)).toEqual({ unit: 'days', n: 3 })
})

test('initials work for Latin, Chinese and single names', () => {
  expect(['Ana Souza', '欧阳娜娜', '王伟', 'Cher', "d'Arc Jeanne", ''].map(initials)).toEqual([
    'AS',
    '娜娜',
    '王伟',
    'C',
    'DJ',
    '',
  ])
})

test('a day without change has no shape, and one with change fills its own height', () => {
  expect(sparkPath([])).toBeNull()
  expect(sparkPath([0, 0, 0])).toBeNull()
  for (const day of [
    [0, 5, 10],
    [1000, 1005, 1010],
  ])
    expect(sparkPath(day)?.line).toBe('M0 22.5L50 12L100 1.5')
})

test('after signing in one never leaves for another site', () => {
  expect(nextPath('/wall?theme=dark')).toBe('/wall?theme=dark')
  for (const bad of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', null])
    expect(nextPath(bad)).toBe('/')
})

test('figures of a board are all short when one would be too long, and keep room for a digit', () => {
  const normal = boardFigures(boardView(), 'en')
  const huge = boardFigures(boardView({ scale: 1e6 }), 'en')
  expect(normal.value(115_321_400)).toBe('$1,153,214')
  expect(huge.value(120_000_000_000)).toBe('$1.2B')
  expect(normal.valueWidth).toBeGreaterThan(boardFigures(boardView({ scale: 0.01 }), 'en').valueWidth)
})

test('the line between two teams moves with every lead, most near level, and ends at all against nothing', () => {
  const [a, b] = contestView('live').sides
  if (!a || !b) throw new Error('two sides')
  const of = (x: number, y: number) =>
    versus([
      { ...a, value: x },
      { ...b, value: y },
    ] as const)
  expect(of(0, 0)).toEqual({ push: 0, leader: null, ahead: 0 })
  expect(of(505, 495)).toEqual({ push: 0.1, leader: 0, ahead: 10 })
  expect(of(10, 90)).toMatchObject({ leader: 1, ahead: 80 })
  expect(of(10, 90).push).toBeLessThan(of(20, 80).push)
  expect([of(0, 10).push, of(7, 0).push, of(7, -3).push]).toEqual([-1, 1, 1])
})

test('a result names winners, and two winners are a tie', () => {
  const final = contestView('final')
  expect(final.sides.map((side) => outcome(final, side))).toEqual(['won', 'lost'])
  const tie = { ...final, result: { hash: 'h', winnerTeamIds: ['t0', 't1'], finalAtMs: 0 } }
  expect(tie.sides.map((side) => outcome(tie, side))).toEqual(['tied', 'tied'])
})
