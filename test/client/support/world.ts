import type { Board } from '#shared/board.ts'
import type { BoardRow, BoardView } from '#shared/contract/boardView.ts'
import type { ContestPhase, ContestView } from '#shared/contract/contestView.ts'
import type { Celebration } from '#shared/contract/feed.ts'
import type { SessionView } from '#shared/contract/session.ts'
import type { Unit } from '#shared/metric.ts'

/** A demo floor with long names, large numbers, ties and Chinese beside Latin. */
const people: [name: string, team: string, color: number][] = [
  ['Darcel Schlecht', 'Melvin Marxen', 1],
  ['欧阳娜娜', '华东大客户部', 3],
  ['Maximiliane Freifrau von Hohenstein-Grünewald', 'Enterprise Accounts Central & Eastern Europe', 2],
  ['Kary Hendrixson', 'Summer Sewald', 4],
  ['王伟', '华南渠道', 5],
  ['Cassey Cress', 'Rocco Neubert', 6],
  ['Donn Cantrell', 'Celia Rouche', 7],
  ['司马相如', '华东大客户部', 3],
  ['Zane Levy', 'Melvin Marxen', 1],
  ['Anna Snelling', 'Cara Losch', 8],
  ['Reed Clapper', 'Dustin Brinkmann', 9],
  ['Hayden Neloms', 'Rocco Neubert', 6],
]
const values = [
  115_321_400, 47_839_600, 45_429_800, 45_048_900, 45_048_900, 44_586_000, 31_200_000, 29_876_543, 9_876_500, 120_000,
]

export const session: SessionView = {
  user: { id: 'u1', name: 'Mira Okafor', email: 'mira@example.com', role: 'manager', personId: null, teamId: 't1' },
  organization: {
    id: 'org',
    name: 'Northwind',
    zone: 'Asia/Shanghai',
    locale: 'en',
    currency: 'USD',
    weekStart: 1,
    fiscalYearStartMonth: 1,
    fiscalCalendar: 'months',
    calendar: { workingWeekdays: [1, 2, 3, 4, 5], exceptions: [] },
  },
}

export function board(id = 'won', position = 1): Board {
  return {
    id,
    name: { en: 'Won amount', 'zh-CN': '成交金额' },
    metricId: 'm1',
    secondMetricId: 'm2',
    audience: { of: 'people', teamId: null, track: null, tier: null, tenureMaxDays: null },
    cycle: { every: 'month' },
    visibility: 'everything',
    topN: 10,
    position,
    active: true,
  }
}

function spark(seed: number): number[] {
  return Array.from({ length: 22 }, (_, index) =>
    Math.round(index * (4 + (seed % 5)) + 14 * Math.sin(index / 2 + seed)),
  )
}

function row(index: number, value: number, above: number | undefined, rank: number): BoardRow {
  const [name, teamName, color] = people[index % people.length] ?? ['?', '?', 1]
  return {
    memberId: `p${index}`,
    kind: 'person',
    name,
    teamId: `t${color}`,
    teamName,
    color,
    rank,
    value,
    second: 12 - index,
    gap: above === undefined ? null : above - value,
    decidedBy: above === value ? 'first' : 'value',
    movement: [0, 2, -1, 1, 3, -2, null, 0, 11, -4][index % 10] ?? null,
    spark: spark(index),
    lastAtMs: 0,
  }
}

export interface ViewOptions {
  id?: string
  unit?: Unit
  currency?: string
  rows?: number
  scale?: number
}

/** A board as the server would send it now. */
export function boardView({
  id = 'won',
  unit = 'money',
  currency = 'USD',
  rows = 10,
  scale = 1,
}: ViewOptions = {}): BoardView {
  const scaled = values.slice(0, rows).map((value) => Math.round(value * scale))
  return {
    board: board(id),
    metric: { id: 'm1', name: { en: 'Closed revenue', 'zh-CN': '赢单金额' }, unit, direction: 'higher' },
    secondMetricName: { en: 'Deals won', 'zh-CN': '赢单数' },
    currency,
    zone: 'Asia/Shanghai',
    period: { key: '2026-11', fromMs: 0, toMs: Date.now() + 8.3 * 86_400_000, current: true },
    seq: 1,
    epoch: 'e1',
    asOfMs: Date.now(),
    total: rows === 0 ? 0 : 35,
    rows: scaled.map((value, index) => row(index, value, scaled[index - 1], index + 1)),
    around: [],
    sources: sources(),
  }
}

function sources(): BoardView['sources'] {
  return [
    { sourceId: 's1', name: 'CRM', lastAtMs: Date.now() - 4000 },
    { sourceId: 's2', name: 'Telephony', lastAtMs: Date.now() - 190_000 },
    { sourceId: 's3', name: '回款系统', lastAtMs: null },
  ]
}

export function contestView(phase: ContestPhase = 'live', sides = 2): ContestView {
  const now = Date.now()
  const minute = 60_000
  const start = { scheduled: now + 42 * minute, live: now - 90 * minute, closing: now - 125 * minute }[phase as string]
  const startsAtMs = start ?? now - 180 * minute
  return {
    id: 'pk',
    name: { en: 'November sprint', 'zh-CN': '十一月冲刺赛' },
    metricName: { en: 'Closed revenue', 'zh-CN': '赢单金额' },
    unit: 'money',
    currency: 'USD',
    phase,
    startsAtMs,
    endsAtMs: startsAtMs + 120 * minute,
    closesAtMs: startsAtMs + 150 * minute,
    asOfMs: now,
    seq: 1,
    sides: Array.from({ length: sides }, (_, index) => ({
      teamId: `t${index}`,
      name:
        ['Melvin Marxen', '华东大客户部', 'Enterprise Accounts Central & Eastern Europe', 'Summer Sewald'][index % 4] ??
        '',
      color: [1, 2, 3, 4, 6, 7, 8][index % 7] ?? 1,
      value: phase === 'scheduled' ? 0 : ([2_251_930_00, 1_964_750_00, 1_960_545_00, 900_000_00][index % 4] ?? 0),
      momentum: phase === 'scheduled' ? 0 : ([48_200_00, 112_750_00, 0, 5_000_00][index % 4] ?? 0),
      rosterSize: 6 + index,
      top: (phase === 'scheduled' ? [] : people.slice(index * 3, index * 3 + 3)).map(([name], at) => ({
        personId: `p${index}${at}`,
        name,
        value: 840_000_00 / (at + 1 + index / 3),
      })),
    })),
    leadChanges: phase === 'scheduled' ? 0 : 7,
    result: phase === 'final' ? { hash: 'h', winnerTeamIds: ['t0'], finalAtMs: now - 5 * minute } : null,
    restatements: [],
    sources: sources(),
  }
}

export function dealWon(id: string, index = 0): Celebration {
  const [name, teamName, color] = people[index % people.length] ?? ['?', '?', 1]
  const item = {
    id,
    type: 'activity' as const,
    atMs: Date.now(),
    personId: `p${index}`,
    name,
    teamName,
    color,
    kind: 'deal.won',
    points: 250,
    valueMinor: 48_250_00 * (index + 1),
    currency: 'USD',
    account: 'Konex Hotel & Resort International Holdings',
    evidence: 'automatic',
  }
  return { id, priority: 5, item, rankBefore: 5, rankAfter: 2 }
}
