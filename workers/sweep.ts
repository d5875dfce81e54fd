import { pendingActivities } from '#server/data/activities.ts'
import { finishChanges, resumeRederives } from '#server/data/definitionChange.ts'
import { inTurn } from '#server/data/inTurn.ts'
import type { Queues } from '#server/data/queues.ts'
import type { Stores } from '#server/data/stores.ts'
import type { Logger } from '#server/log.ts'

const everyMs = 2000
/** An activity that has waited so long while the queue is empty was never enqueued, or its job was lost with Redis. */
const overdueMs = 5000
/** While the queue is busy it may just be waiting its turn; so long it does not wait. */
const overdueWhenBusyMs = 60_000
const perSweep = 2000

/** Enqueues what was stored and never scored, and changes that never reached all, again and again. Answers how to stop. */
export function startSweep(stores: Stores, queues: Queues, log: Logger): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const enqueue = async () => {
    const patienceMs = (await queues.waitingToScore()) > 0 ? overdueWhenBusyMs : overdueMs
    const overdue = await pendingActivities(stores.mongo, new Date(Date.now() - patienceMs), perSweep)
    const byOrg = Map.groupBy(overdue, ({ org }) => org)
    for (const [org, list] of byOrg) await queues.score(org, [...new Set(list.map(({ key }) => key))])
    if (overdue.length > 0) log.info({ activities: overdue.length }, 'swept up activities that nobody had scored')
  }
  const finish = async () => {
    const finished = await finishChanges({ stores, queues }, new Date(Date.now() - overdueMs * 6))
    if (finished > 0) log.info({ organizations: finished }, 'finished changes of definitions that nobody had finished')
  }
  const resume = async () => {
    const resumed = await resumeRederives({ stores, queues }, new Date(Date.now() - overdueMs))
    if (resumed > 0) log.info({ organizations: resumed }, 'changed rules are taken to all activities once more')
  }
  const schedule = () => {
    timer = setTimeout(() => {
      running = inTurn([enqueue, finish, resume], (part) => part())
        .catch((error: Error) => log.warn({ error: error.message }, 'the sweep could not run'))
        .finally(() => stopped || schedule())
    }, everyMs)
  }
  schedule()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
