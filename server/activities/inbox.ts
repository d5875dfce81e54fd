import { setTimeout as sleep } from 'node:timers/promises'
import { type StoreOutcome, storeActivities } from '../data/activities.ts'
import { type Backlog, mostBacklog } from '../data/backlog.ts'
import type { ActivityDoc } from '../data/documents.ts'
import type { Stores } from '../data/stores.ts'
import { Refusal } from '../http/problems.ts'
import type { Logger } from '../log.ts'
import type { Enqueuer } from './enqueuer.ts'

/** Takes activities in: what it resolves is durable and on its way to be scored. */
export interface Inbox {
  /**
   * Outcomes in the order of the documents. Throws a 503 while the database is away; at once, before any promise, while too
   * much waits to be stored or scored.
   */
  store(docs: ActivityDoc[]): Promise<StoreOutcome[]>
}

interface Waiting {
  docs: ActivityDoc[]
  resolve(outcomes: StoreOutcome[]): void
  reject(error: unknown): void
}

const maxWaiting = 20_000
const maxPerWrite = 2000
const warnEveryMs = 10_000
/** A busy floor is written this often at most (ms): what arrives meanwhile shares one commit. */
const writeEveryMs = 5

/**
 * Group commit: the first request is written at once, and what arrives while a write is under way, or within
 * milliseconds of its begin, goes with the next one. A quiet floor waits for nobody, a busy one shares the disk's pace.
 */
export function createInbox(
  { mongo }: Pick<Stores, 'mongo'>,
  { enqueue }: Pick<Enqueuer, 'enqueue'>,
  backlog: Pick<Backlog, 'reaches'>,
  log: Logger,
): Inbox {
  const waiting: Waiting[] = []
  let waitingDocs = 0
  let writing = false
  let warnedAtMs = Number.NEGATIVE_INFINITY

  async function drain(): Promise<void> {
    writing = true
    while (waiting.length > 0) {
      const batch: Waiting[] = []
      let docs: ActivityDoc[] = []
      do {
        const next = waiting.shift()
        if (!next) break
        batch.push(next)
        docs = docs.concat(next.docs)
      } while (docs.length + (waiting[0]?.docs.length ?? 0) <= maxPerWrite)
      waitingDocs -= docs.length
      const begunMs = performance.now()
      await write(batch, docs)
      const restMs = begunMs + writeEveryMs - performance.now()
      if (restMs > 0 && docs.length < maxPerWrite) await sleep(restMs)
    }
    writing = false
  }

  async function write(batch: Waiting[], docs: ActivityDoc[]): Promise<void> {
    // What waited for its turn is recorded when it is stored: a contest that closes meanwhile must not know it already.
    const recordedAt = new Date()
    for (const doc of docs)
      if (doc.recordedAt < recordedAt) Object.assign(doc, { recordedAt, pendingSince: recordedAt })
    try {
      const outcomes = await storeActivities(mongo, docs)
      let at = 0
      for (const { docs: own, resolve } of batch) {
        resolve(outcomes.slice(at, at + own.length))
        at += own.length
      }
      const accepted = docs.filter((_, index) => outcomes[index] === 'accepted')
      for (const [org, own] of Map.groupBy(accepted, (doc) => doc.org))
        enqueue(
          org,
          own.map((doc) => doc.key),
        )
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function overloaded(): Refusal {
    if (performance.now() - warnedAtMs > warnEveryMs) {
      warnedAtMs = performance.now()
      log.warn({ waitingToBeStored: waitingDocs }, 'more comes in than can be scored: sources are told to come back')
    }
    const what = 'More comes in than can be scored; send it again in a moment'
    return new Refusal(503, 'ingest.overloaded', what, { retryAfterS: 2 })
  }

  return {
    store(docs) {
      if (docs.length === 0) return Promise.resolve([])
      if (waitingDocs + docs.length > maxWaiting || backlog.reaches(mostBacklog)) throw overloaded()
      waitingDocs += docs.length
      return new Promise((resolve, reject) => {
        waiting.push({ docs, resolve, reject })
        if (!writing) drain().catch((error: Error) => log.error({ error: error.message }, 'the inbox stopped'))
      })
    },
  }
}
