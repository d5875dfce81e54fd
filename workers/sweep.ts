import { pendingActivities } from '#server/data/activities.ts'
import { enqueueLostRederives, finishChanges } from '#server/data/definitionChange.ts'
import type { Queues } from '#server/data/queues.ts'
import type { Stores } from '#server/data/stores.ts'
import type { Logger } from '#server/log.ts'

const everyMs = 2000
/** An activity that has waited so long while the queue is empty was never enqueued, or its job was lost with Redis. */
const overdueMs = 5000
/** While the queue is busy it may just be waiting its turn; so long it does not wait. */
const overdueWhenBusyMs = 60_000
const perSweep = 2000

/** Enqueues what was stored and never scored, again and again until it is. Answers how to stop. */
export function startSweep(stores: Stores, queues: Queues, log: Logger): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const round = async () => {
    const patienceMs = (await queues.waitingToScore()) > 0 ? overdueWhenBusyMs : overdueMs
    const overdue = await pendingActivities(stores.mongo, new Date(Date.now() - patienceMs), perSweep)
    const byOrg = Map.groupBy(overdue, ({ org }) => org)
    for (const [org, list] of byOrg) await queues.score(org, [...new Set(list.map(({ key }) => key))])
    const finished = await finishChanges({ stores, queues }, new Date(Date.now() - overdueMs * 6))
    const lost = await enqueueLostRederives({ stores, queues }, new Date(Date.now() - overdueMs))
    if (lost > 0) log.info({ organizations: lost }, 'enqueued runs that the queue had lost')
    if (finished > 0) log.info({ organizations: finished }, 'finished changes of definitions that nobody had finished')
    if (overdue.length > 0) log.info({ activities: overdue.length }, 'swept up activities that nobody had scored')
  }
  const schedule = () => {
    timer = setTimeout(() => {
      running = round()
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
