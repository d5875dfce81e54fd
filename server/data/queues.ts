import { type ConnectionOptions, Queue, type Worker } from 'bullmq'
import type { RedisClient } from './scripts.ts'

/** Activities that one job carries at most, so that a retry stays cheap. */
export const keysPerJob = 200

/** What each queue carries: ids only, since Redis keeps it in clear text. */
export interface Jobs {
  /** Take these activities of an organization down the line. */
  score: { org: string; keys: string[] }
  /** Re-derive everything of an organization after its rules changed. */
  rederive: { org: string }
}
export type JobName = keyof Jobs

export interface Queues {
  /** Enqueues activities, in jobs of at most `keysPerJob`, in one round trip. */
  score(org: string, keys: string[]): Promise<void>
  /**
   * Has everything of an organization re-derived by a run that begins after this call: the one that is waiting, else a new
   * one. Runs of an organization never overlap, so however often this is called amid one, exactly one more follows.
   */
  rederive(org: string): Promise<void>
  /** Score jobs that are waiting or running. */
  waitingToScore(): Promise<number>
  /** The same of rederive jobs. */
  waitingToRederive(): Promise<number>
  /** Worker processes that take score jobs. */
  workers(): Promise<number>
  close(): Promise<void>
}

/** The prefix shares a slot on a cluster. */
export const queuePrefix = '{pb}'

const unfinished = ['waiting', 'active', 'delayed', 'prioritized'] as const

/** Opens the queues on a connection that fails at once while Redis is away. */
export function openQueues(redis: RedisClient): Queues {
  const options = {
    connection: redis as unknown as ConnectionOptions,
    prefix: queuePrefix,
    defaultJobOptions: {
      attempts: 10,
      backoff: { type: 'exponential' as const, delay: 200 },
      removeOnComplete: true,
      removeOnFail: { age: 7 * 86_400, count: 1000 },
    },
  }
  const score = new Queue<Jobs['score']>('score', options)
  const rederive = new Queue<Jobs['rederive']>('rederive', options)
  for (const queue of [score, rederive]) queue.on('error', () => undefined)
  return {
    async score(org, keys) {
      if (keys.length === 0) return
      // A bulk is a transaction, which costs the client more than the single script of one job.
      if (keys.length <= keysPerJob) return void (await score.add('score', { org, keys }))
      const jobs = []
      for (let at = 0; at < keys.length; at += keysPerJob)
        jobs.push({ name: 'score', data: { org, keys: keys.slice(at, at + keysPerJob) } })
      await score.addBulk(jobs)
    },
    async rederive(org) {
      await rederive.add('rederive', { org }, { deduplication: { id: org, keepLastIfActive: true } })
    },
    waitingToScore: () => score.getJobCountByTypes(...unfinished),
    waitingToRederive: () => rederive.getJobCountByTypes(...unfinished),
    workers: () => score.getWorkersCount(),
    async close() {
      await Promise.all([score.close(), rederive.close()])
    },
  }
}

/** What runner.ts needs of BullMQ, so that its version is chosen in one place. */
export type { Worker }
