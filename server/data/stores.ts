import type { Redis } from 'ioredis'
import type { Config } from '../config.ts'

import { connectMongo, type Mongo } from './mongo.ts'
import { connectRedis } from './redis.ts'
import type { Scripts } from './scripts.ts'

/** The two stores that every process works with. */
export interface Stores {
  mongo: Mongo
  redis: Redis & Scripts
  /** Closes both connections. */
  close(): Promise<void>
}

/** Connects to both stores, or throws a sentence that says which one cannot be reached. */
export async function openStores(config: Pick<Config, 'MONGODB_URL' | 'REDIS_URL'>): Promise<Stores> {
  const redis = connectRedis(config.REDIS_URL, 'commands') as Redis & Scripts
  await redis.connect().catch((error: Error) => {
    redis.disconnect()
    throw new Error(`Redis cannot be reached: ${error.message}`)
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
