import type { Celebration } from '#shared/contract/feed.ts'
import { newsMessage } from './news.ts'
import { key } from './redis.ts'
import type { RedisClient, Scripts } from './scripts.ts'

/** Screens drop what is older than ten minutes, so a day is long enough to remember what was celebrated. */
const keptSeconds = 86_400

/** Celebrates, unless this id was celebrated before; answers whether it was now. */
export async function celebrate(redis: RedisClient & Scripts, org: string, celebration: Celebration): Promise<boolean> {
  const { channel, message } = newsMessage(org, [{ type: 'celebration', celebration }])
  return (await redis.celebrateOnce(key(org, 'celebrated', celebration.id), keptSeconds, channel, message)) === 1
}
