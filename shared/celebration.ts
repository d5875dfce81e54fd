import type { Celebration, FeedCorrection } from './contract/feed.ts'

/** Older than this it is news of the past and never plays. */
export const celebrationMaxAgeMs = 10 * 60_000
/** One person has the screen at most this often. */
export const celebrationCoolDownMs = 60_000
/** After this many in a minute the rest is told together. */
export const celebrationsPerMinute = 3
const minuteMs = 60_000
const mostWaiting = 200
const mostKnown = 2000

/** What has the screen: one celebration, or several told together, the most important first. */
export type Playing =
  | { is: 'one'; celebration: Celebration; untilMs: number }
  | { is: 'many'; celebrations: Celebration[]; untilMs: number }

/** The queue of one screen. A value: every change makes a new one. */
export interface CelebrationQueue {
  readonly waiting: readonly Celebration[]
  readonly playing: Playing | null
  /** Ids that came before, the oldest first, so that none plays twice. */
  readonly known: readonly string[]
  /** When single ones, and several together, began in the last minute. */
  readonly startedMs: readonly number[]
  readonly togetherMs: number | null
  /** When each person had the screen last, within the cool-down. */
  readonly personMs: Readonly<Record<string, number>>
}

export const emptyQueue: CelebrationQueue = {
  waiting: [],
  playing: null,
  known: [],
  startedMs: [],
  togetherMs: null,
  personMs: {},
}

/** How long a celebration has the screen: 8 s, 10 s from priority 5, 12 s from priority 8. */
export function celebrationLengthMs(priority: number): number {
  return priority >= 8 ? 12_000 : priority >= 5 ? 10_000 : 8_000
}

/** A celebration came. One that is known or older than ten minutes changes nothing. */
export function receiveCelebration(queue: CelebrationQueue, came: Celebration, nowMs: number): CelebrationQueue {
  if (isTooOld(came, nowMs) || queue.known.includes(came.id)) return queue
  const waiting = [...queue.waiting, came].sort(byImportance).slice(0, mostWaiting)
  return { ...queue, waiting, known: [...queue.known, came.id].slice(-mostKnown) }
}

/** An item was corrected: what waits is told as it is now, and not at all when it is gone. What plays stays. */
export function correctCelebrations(queue: CelebrationQueue, { id, item }: FeedCorrection): CelebrationQueue {
  const waiting = queue.waiting.flatMap((one) => (one.item.id === id ? (item ? { ...one, item } : []) : one))
  return { ...queue, waiting }
}

/** Time went on: what has played to its end leaves, and the next begins if there is one that may. */
export function advanceCelebrations(queue: CelebrationQueue, nowMs: number): CelebrationQueue {
  if (queue.playing && nowMs < queue.playing.untilMs) return queue
  return startNext(
    {
      ...queue,
      playing: null,
      waiting: queue.waiting.filter((celebration) => !isTooOld(celebration, nowMs)),
      startedMs: queue.startedMs.filter((atMs) => nowMs - atMs < minuteMs),
      personMs: Object.fromEntries(
        Object.entries(queue.personMs).filter(([, atMs]) => nowMs - atMs < celebrationCoolDownMs),
      ),
    },
    nowMs,
  )
}

function startNext(queue: CelebrationQueue, nowMs: number): CelebrationQueue {
  // The end of a contest is unique: it waits for nobody.
  const contest = queue.waiting.find((celebration) => celebration.item.type === 'contest')
  if (contest) return startOne(queue, contest, nowMs)
  if (queue.startedMs.length < celebrationsPerMinute) {
    const next = queue.waiting.find((celebration) => !isCoolingDown(queue, celebration))
    return next ? startOne(queue, next, nowMs) : queue
  }
  const spoken = queue.togetherMs !== null && nowMs - queue.togetherMs < minuteMs
  return queue.waiting.length < 2 || spoken ? queue : startTogether(queue, nowMs)
}

function startOne(queue: CelebrationQueue, celebration: Celebration, nowMs: number): CelebrationQueue {
  const person = personOf(celebration)
  return {
    ...queue,
    waiting: queue.waiting.filter((other) => other !== celebration),
    playing: { is: 'one', celebration, untilMs: nowMs + celebrationLengthMs(celebration.priority) },
    startedMs: [...queue.startedMs, nowMs],
    personMs: person === null ? queue.personMs : { ...queue.personMs, [person]: nowMs },
  }
}

function startTogether(queue: CelebrationQueue, nowMs: number): CelebrationQueue {
  return {
    ...queue,
    waiting: [],
    playing: { is: 'many', celebrations: [...queue.waiting], untilMs: nowMs + celebrationLengthMs(5) },
    togetherMs: nowMs,
  }
}

function isTooOld(celebration: Celebration, nowMs: number): boolean {
  return nowMs - celebration.item.atMs > celebrationMaxAgeMs
}

function isCoolingDown(queue: CelebrationQueue, celebration: Celebration): boolean {
  const person = personOf(celebration)
  return person !== null && queue.personMs[person] !== undefined
}

function personOf({ item }: Celebration): string | null {
  return item.type === 'contest' ? null : item.personId
}

function byImportance(a: Celebration, b: Celebration): number {
  return b.priority - a.priority || a.item.atMs - b.item.atMs || (a.id < b.id ? -1 : 1)
}
