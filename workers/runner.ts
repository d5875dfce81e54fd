import { type Job, Worker } from 'bullmq'
import { type JobName, type Jobs, queuePrefix } from '#server/data/queues.ts'
import type { RedisClient } from '#server/data/scripts.ts'
import type { Logger } from '#server/log.ts'

/** What runs a job: throws to have it tried again. */
export type Processor<Name extends JobName> = (data: Jobs[Name], job: Job<Jobs[Name]>) => Promise<void>

/** Runs the jobs of one queue, `concurrency` at a time; retry, logging and timing are here and nowhere else. */
export function runJobs<Name extends JobName>(
  name: Name,
  processor: Processor<Name>,
  {
    connection,
    log,
    concurrency,
    lockMs = 10_000,
  }: { connection: RedisClient; log: Logger; concurrency: number; lockMs?: number },
): Worker<Jobs[Name]> {
  const worker = new Worker<Jobs[Name]>(
    name,
    async (job) => {
      const startedMs = performance.now()
      await processor(job.data, job)
      log.debug({ queue: name, job: job.id, ms: Math.round(performance.now() - startedMs) }, 'job done')
    },
    {
      connection: connection as never,
      prefix: queuePrefix,
      concurrency,
      // Once Redis is back, work goes on after a second, not after the library's fifteen.
      runRetryDelay: 1000,
      // The job of a worker that was killed is taken up again after the lock has run out.
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // Jobs are idempotent, so a second stall is a reason to try again, not to give up.
      maxStalledCount: 10,
    },
  )
  worker.on('error', (error) => log.warn({ queue: name, error: error.message }, 'queue trouble'))
  worker.on('failed', (job, error) =>
    log.error({ queue: name, job: job?.id, attempt: job?.attemptsMade, error: error.message }, 'job failed'),
  )
  return worker
}
