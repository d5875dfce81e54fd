import { addDays, dayStartMs, localDay, weekday } from '#shared/period.ts'
import { storeActivities } from '../data/activities.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import type { ActivityDoc } from '../data/documents.ts'
import type { Mongo } from '../data/mongo.ts'
import type { Queues } from '../data/queues.ts'
import { type DemoSeller, demoSellers } from './demoPeople.ts'
import { makeActivity } from './makeActivity.ts'
import { pick, type Random, seededRandom } from './random.ts'

const historyDays = 45
const hourMs = 3_600_000

export interface DemoHistory {
  org: string
  sourceId: string
  zone: string
  currency: string
  nowMs: number
  onProgress(text: string): void
}

/** Stores six weeks of working days, and the hours of today so far, and sends them down the line. */
export async function makeHistory(mongo: Mongo, queues: Queues, history: DemoHistory): Promise<void> {
  const random = seededRandom(11)
  const today = localDay(history.nowMs, history.zone)
  for (let back = historyDays; back >= 0; back--) {
    const day = addDays(today, -back)
    if (weekday(day) > 5 && back > 0) continue
    const docs = activitiesOfDay(random, day, history, back === 0)
    await storeActivities(mongo, docs)
    await queues.score(
      history.org,
      docs.map((doc) => doc.key),
    )
    history.onProgress(`history ${historyDays - back} of ${historyDays} days`)
  }
}

function activitiesOfDay(random: Random, day: string, history: DemoHistory, isToday: boolean): ActivityDoc[] {
  const midnightMs = dayStartMs(day, history.zone)
  const openMs = midnightMs + 8 * hourMs
  // A demo that is opened at night has been busy for three hours all the same, so that its wall is not empty.
  const fromMs = isToday ? Math.max(midnightMs, Math.min(openMs, history.nowMs - 3 * hourMs)) : openMs
  const untilMs = isToday ? history.nowMs : openMs + 10 * hourMs
  const hours = (untilMs - fromMs) / hourMs
  return demoSellers().flatMap(({ externalId, skill }) => {
    const count = Math.round((6 + random() * 8) * (hours / 10)) + (isToday ? 2 : 0)
    return Array.from({ length: count }, (_, at) => {
      const atMs = Math.round(fromMs + random() * (untilMs - fromMs))
      return activityOf(random, `${day}-${externalId}-${at}`, { externalId, skill }, atMs, history)
    })
  })
}

function activityOf(
  random: Random,
  externalId: string,
  person: DemoSeller,
  atMs: number,
  { org, sourceId, currency, nowMs }: DemoHistory,
): ActivityDoc {
  const made = makeActivity(random, {
    externalId,
    personExternalId: person.externalId,
    atMs,
    currency,
    skill: person.skill,
  })
  const learnedMs = atMs + pick(random, [0, 60_000, hourMs])
  const doc = parseActivity(made, 0, { org, sourceId, receivedAtMs: Math.min(nowMs, learnedMs) })
  if (isRejection(doc)) throw new Error(`The demo made an activity that is refused: ${doc.message}`)
  return doc
}
