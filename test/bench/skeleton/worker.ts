import { type ConnectionOptions, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { defineApply } from './applyEvent.ts'
import { changedChannel, queueName, type SkeletonEvent } from './eventSchema.ts'

/** The skeleton's worker: one job an event, one Lua call and one PUBLISH a job. */
const url = process.env.REDIS_URL ?? ''
const redis = new Redis(url)
const apply = defineApply(redis)
const worker = new Worker<SkeletonEvent>(
  queueName,
  async ({ data }) => {
    await apply([data.externalId, data.person.id, 1])
    await redis.publish(changedChannel, data.person.id)
  },
  { connection: new Redis(url, { maxRetriesPerRequest: null }) as unknown as ConnectionOptions, concurrency: 50 },
)
await worker.waitUntilReady()
console.log(JSON.stringify({ ready: true }))
process.on('SIGTERM', () => process.exit())
