import type { Config } from '../config.ts'

import { connectMongo, type Mongo } from './mongo.ts'
import { connectRedis } from './redis.ts'
import type { RedisClient, Scripts } from './scripts.ts'
import { within } from './within.ts'

const reachMs = 15_000

/** The two stores that every process works with. */
export interface Stores {
  mongo: Mongo
  redis: RedisClient & Scripts
  /** Closes both connections. */
  close(): Promise<void>
}

/** Connects to both stores, or throws a sentence that says which one cannot be reached. */
export async function openStores(config: Pick<Config, 'MONGODB_URL' | 'REDIS_URL'>): Promise<Stores> {
  const redis = connectRedis(config.REDIS_URL, 'commands') as RedisClient & Scripts
  let reason: Error | undefined
  redis.on('error', (error: Error & { lastNodeError?: Error }) => {
    reason = error.lastNodeError ?? error
  })
  await within(reachMs, redis.connect()).catch((error: Error) => {
    redis.disconnect()
    throw new Error(`Redis cannot be reached: ${(reason ?? error).message}`)
  })
  const mongo = await connectMongo(config.MONGODB_URL).catch((error: Error) => {
    redis.disconnect()
    throw new Error(`The document database cannot be reached: ${error.message}`)
  })
  return {
    mongo,
    redis,
    async close() {
      redis.disconnect()
      await mongo.connection.close()
    },
  }
}
