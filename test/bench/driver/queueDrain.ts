import { type ConnectionOptions, Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { openQueues, queuePrefix } from '#server/data/queues.ts'
import { connectRedis } from '#server/data/redis.ts'
import { createLog } from '#server/log.ts'
import { runJobs } from '../../../workers/runner.ts'

export interface QueueDrain {
  redisUrl: string
  jobs: number
}

/** Jobs a second of the product's own queue and runner, with a scorer that does nothing. */
export async function productDrain({ redisUrl, jobs }: QueueDrain): Promise<number> {
  const redis = connectRedis(redisUrl, 'commands')
  await redis.connect()
  const queues = openQueues(redis)
  await inChunks(jobs, (at) => queues.score('bench', [`${at}`.padStart(22, 'k')]))
  const connection = connectRedis(redisUrl, 'worker')
  await connection.connect()
  const drained = await drain(jobs, (done) => {
    const worker = runJobs('score', async () => done(), {
      connection,
      log: createLog('bench', 'silent'),
      concurrency: 20,
    })
    return () => worker.close()
  })
  await queues.close()
  connection.disconnect()
  redis.disconnect()
  return drained
}

/** Jobs a second of bare BullMQ, one worker process of concurrency 50. */
export async function bareDrain({ redisUrl, jobs }: QueueDrain): Promise<number> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const connection = redis as unknown as ConnectionOptions
  const queue = new Queue('bare', { connection, prefix: queuePrefix, defaultJobOptions: { removeOnComplete: true } })
  await inChunks(jobs, (at) => queue.add('event', { at }))
  const drained = await drain(jobs, (done) => {
    const worker = new Worker('bare', async () => done(), { connection, prefix: queuePrefix, concurrency: 50 })
    return () => worker.close()
  })
  await queue.close()
  redis.disconnect()
  return drained
}

/** Time from the worker's start to the last job. */
async function drain(jobs: number, start: (done: () => void) => () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  let close: () => Promise<void> = async () => undefined
  await new Promise<void>((resolve) => {
    let done = 0
    close = start(() => {
      done += 1
      if (done === jobs) resolve()
    })
  })
  const perSecond = (jobs * 1000) / (performance.now() - startMs)
  await close()
  return perSecond
}

async function inChunks(total: number, add: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < total; at += 200)
    await Promise.all(Array.from({ length: Math.min(200, total - at) }, (_, index) => add(at + index)))
}
