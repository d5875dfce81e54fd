import { type Board, type Ranked, rankStandings, type Standing } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'
import { localDay, type Period, periodOf } from '#shared/period.ts'
import { type MeasuredStanding, measureStanding, memberOfPage } from '#shared/standing.ts'
import { boardInputs, dailyCaps } from './boardInputs.ts'
import type { Definitions } from './definitions.ts'
import { newsMessage } from './news.ts'
import { key } from './redis.ts'
import type { Stores } from './stores.ts'
import type { TallyPage } from './tallyPage.ts'

/** A board for one period: what has standings, a seq and a place in Redis. */
export interface BoardInstance {
  board: Board
  metric: Metric
  period: Period
}

const keepSeconds = 40 * 86_400
const membersPerCall = 100

/** The instance of a board for a local day, or `null` when its metric is gone or the day is outside its season. */
export function boardInstance(definitions: Definitions, board: Board, day: string): BoardInstance | null {
  const metric = definitions.metrics.find((one) => one.id === board.metricId)
  const period = periodOf(day, board.cycle, definitions.organization)
  return metric && period ? { board, metric, period } : null
}

/** Keys of an instance; another version of the boards has other keys, so nothing old can be mixed in. */
export function instanceKeys({ organization, boardsVersion }: Definitions, { board, period }: BoardInstance): string[] {
  return ['order', 'standings', 'meta', 'base', 'sparks'].map((part) =>
    key(organization.id, 'board', board.id, `${boardsVersion}`, period.key, part),
  )
}

/** Standings of the members that some pages belong to, measured from all pages given (of those members, all inputs, all months). */
export function measureMembers(
  definitions: Definitions,
  instance: BoardInstance,
  pages: readonly TallyPage[],
  nowMs: number,
): MeasuredStanding[] {
  const { people, teams, teamPaths, organization } = definitions
  const inputs = boardInputs(definitions, instance.board)
  const counts = ({ metrics }: TallyPage) => inputs.values().some((metricId) => metrics.has(metricId))
  const facts = { people, teams, teamPaths, today: localDay(nowMs, organization.zone) }
  const byMember = new Map<string, TallyPage[]>()
  for (const page of pages) {
    const memberId = counts(page) ? memberOfPage(instance.board.audience, page, facts) : null
    if (memberId === null) continue
    const list = byMember.get(memberId)
    if (list) list.push(page)
    else byMember.set(memberId, [page])
  }
  const rules = { inputs, dailyCaps: dailyCaps(definitions), valueOfMetric: definitions.values.value }
  return [...byMember].map(([memberId, own]) =>
    measureStanding({ board: instance.board, memberId, pages: own, period: instance.period }, rules),
  )
}

/**
 * Writes standings; answers how many changed and the instance's seq. `completeIn`: these are all there are, and what was
 * written before them was written in this history of the node (see builtIn). `announce`: servers are told in the same
 * step, so that no death in between leaves screens behind. `dawn`: what the day began with, of whom that is known.
 */
export async function writeStandings(
  { redis }: Pick<Stores, 'redis'>,
  definitions: Definitions,
  instance: BoardInstance,
  {
    standings,
    nowMs,
    completeIn = null,
    announce = false,
    dawn = [],
  }: {
    standings: readonly MeasuredStanding[]
    nowMs: number
    completeIn?: string | null
    announce?: boolean
    dawn?: readonly Standing[]
  },
): Promise<{ changed: number; seq: number }> {
  const keys = instanceKeys(definitions, instance)
  const { base, slot } = movementBase(definitions, instance, nowMs)
  const { channel, message } = boardNews(definitions, instance)
  const began = new Map(dawn.map(({ memberId, value }) => [memberId, `${value}`]))
  let changed = 0
  let seq = 0
  for (let at = 0; at === 0 || at < standings.length; at += membersPerCall) {
    const last = at + membersPerCall >= standings.length
    const some = standings.slice(at, at + membersPerCall)
    const members = some.flatMap((standing) => {
      const { memberId, entries, value, second, lastAtMs } = standing
      const score = value === null ? '' : instance.metric.direction === 'higher' ? value : -value
      return [memberId, `${entries}`, JSON.stringify([value, second, lastAtMs]), `${score}`]
    })
    const done = await redis.applyStandings(
      ...keys,
      nowMs,
      base,
      slot,
      keepSeconds,
      last ? (completeIn ?? '') : '',
      announce ? channel : '',
      message,
      JSON.stringify(members),
      began.size === 0
        ? ''
        : JSON.stringify(Object.fromEntries(some.map(({ memberId }) => [memberId, began.get(memberId)]))),
    )
    changed += done[0]
    seq = done[1]
  }
  return { changed, seq }
}

/** The news that a board changed, but for its seq and the end: those are known to the script that writes it. */
function boardNews({ organization, boardsVersion }: Definitions, { board, period }: BoardInstance) {
  const { channel, message } = newsMessage(organization.id, [
    { type: 'board', boardId: board.id, boardsVersion, periodKey: period.key, seq: 0 },
  ])
  return { channel, message: message.slice(0, -',"seq":0}]'.length) }
}

/** Writes the ranks that a day began with, for an instance that is being derived anew. */
export async function writeMorningRanks(
  { redis }: Pick<Stores, 'redis'>,
  definitions: Definitions,
  instance: BoardInstance,
  { standings, nowMs }: { standings: readonly Standing[]; nowMs: number },
): Promise<void> {
  const [, , meta = '', base = ''] = instanceKeys(definitions, instance)
  const ranks = rankStandings(standings, instance.metric.direction).flatMap(({ memberId, rank }) => [memberId, rank])
  const writing = redis
    .multi()
    .hset(meta, 'base', movementBase(definitions, instance, nowMs).base)
    .del(base)
  for (let at = 0; at < ranks.length; at += 1000) writing.hset(base, ...ranks.slice(at, at + 1000))
  await writing.expire(base, keepSeconds).exec()
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()

function timeFormat(zone: string): Intl.DateTimeFormat {
  const known = timeFormats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  timeFormats.set(zone, made)
  return made
}

/** What movement is measured against: the start of the local day, or of the hour for boards that live one day. */
export function movementBase(
  definitions: Definitions,
  { board }: BoardInstance,
  nowMs: number,
): { base: string; slot: number } {
  const { zone } = definitions.organization
  const day = localDay(nowMs, zone)
  const [hour = 0, minute = 0] = timeFormat(zone).format(nowMs).split(':').map(Number)
  return { base: board.cycle.every === 'day' ? `${day}T${hour}` : day, slot: hour * 2 + (minute < 30 ? 0 : 1) }
}

/**
 * Whether an instance holds everybody, and the history of the node that holds it. What was built in an earlier history may
 * lack its last changes, since a node that is started anew or takes the place of another may have lost them.
 */
export async function builtIn(
  { redis }: Pick<Stores, 'redis'>,
  definitions: Definitions,
  instance: BoardInstance,
): Promise<{ built: boolean; history: string }> {
  const [, , meta = ''] = instanceKeys(definitions, instance)
  const [built, history] = await redis.readBuilt(meta)
  return { built: built === '1', history }
}

/** A ranked row with what Redis keeps for the screen. */
export interface StoredRow extends Ranked {
  baseRank: number | null
  spark: number[]
}

/** A window read in one piece. `built` says that every member has been written since the keys were made. */
export interface StoredWindow {
  built: boolean
  seq: number
  total: number
  rows: StoredRow[]
  around: StoredRow[]
  /** The row above the first of `around`. */
  aboveAround: StoredRow | undefined
}

/** Reads the first `top` rows and, when asked, ±5 around a member, in one call; ties at the edges are read whole (to 500). */
export async function readWindow(
  { redis }: Pick<Stores, 'redis'>,
  definitions: Definitions,
  instance: BoardInstance,
  { top, around, nowMs }: { top: number; around: string | null; nowMs: number },
): Promise<StoredWindow> {
  const [seq, built, total, base, first, aroundFirst, near] = await redis.readWindow(
    ...instanceKeys(definitions, instance),
    top,
    around ?? '',
  )
  const baseIsToday = base === movementBase(definitions, instance, nowMs).base
  const { direction } = instance.metric
  const read = (rows: string[], firstRank: number): StoredRow[] => {
    const stored = new Map<string, { baseRank: string; spark: string }>()
    const standings: Standing[] = []
    for (let at = 0; at + 3 < rows.length; at += 4) {
      const [memberId = '', standing = '', baseRank = '', spark = ''] = rows.slice(at, at + 4)
      const cut = standing.indexOf('|')
      const [value, second, lastAtMs] = JSON.parse(standing.slice(cut + 1)) as [number, number | null, number]
      standings.push({ memberId, entries: Number(standing.slice(0, cut)), value, second, lastAtMs })
      stored.set(memberId, { baseRank, spark })
    }
    return rankStandings(standings, direction, firstRank).map((ranked) => ({
      ...ranked,
      baseRank: baseIsToday ? Number(stored.get(ranked.memberId)?.baseRank) || null : ranked.rank,
      spark: baseIsToday ? readSpark(stored.get(ranked.memberId)?.spark ?? '') : [],
    }))
  }
  const nearby = around ? read(near, aroundFirst) : []
  const place = nearby.findIndex((row) => row.memberId === around)
  return {
    built: built === '1',
    seq,
    total,
    rows: read(first, 1).slice(0, top),
    around: place < 0 ? [] : nearby.slice(Math.max(0, place - 5), place + 6),
    aboveAround: nearby[place - 6],
  }
}

/** Everything that an instance holds, for audits: each member's standing as JSON, and whether the instance is complete. */
export async function readStandings(
  stores: Pick<Stores, 'redis'>,
  definitions: Definitions,
  instance: BoardInstance,
): Promise<{ built: boolean; standings: Map<string, { entries: number; standing: string }> }> {
  const [, standingsKey = ''] = instanceKeys(definitions, instance)
  const [stored, { built }] = await Promise.all([
    stores.redis.hgetall(standingsKey),
    builtIn(stores, definitions, instance),
  ])
  const standings = new Map(
    Object.entries(stored).map(([memberId, text]) => {
      const cut = text.indexOf('|')
      return [memberId, { entries: Number(text.slice(0, cut)), standing: text.slice(cut + 1) }]
    }),
  )
  return { built, standings }
}

function readSpark(stored: string): number[] {
  return stored === '' ? [] : stored.split(',').map((point) => Number(point.slice(point.indexOf('=') + 1)))
}
