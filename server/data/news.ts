import type { Celebration, FeedCorrection, FeedItem } from '#shared/contract/feed.ts'
import type { RedisClient } from './scripts.ts'
import { onRenewed } from './subscription.ts'

/** What processes tell each other: that something changed, never the change itself (but for what happens once). */
export type News =
  | { type: 'board'; boardId: string; boardsVersion: number; periodKey: string; seq: number }
  | { type: 'feed'; item: FeedItem }
  | { type: 'correction'; correction: FeedCorrection }
  | { type: 'celebration'; celebration: Celebration }
  | { type: 'contest'; contestId: string }
  | { type: 'definitions' }
  | { type: 'sessions'; userId: string }

const channelPrefix = 'pb:news:'

/** News as they are published, and where. */
export function newsMessage(org: string, news: readonly News[]): { channel: string; message: string } {
  return { channel: channelPrefix + org, message: JSON.stringify(news) }
}

/** Tells every server; answers when Redis has it. A screen that misses it is put right by the next news or its re-watch. */
export async function publishNews(redis: RedisClient, org: string, news: readonly News[]): Promise<void> {
  if (news.length === 0) return
  const { channel, message } = newsMessage(org, news)
  await redis.publish(channel, message)
}

/** Tells every server that sessions of a user have ended; one that does not hear of it sees so within a minute. */
export async function tellEndedSessions(redis: RedisClient, org: string, userId: string): Promise<void> {
  await publishNews(redis, org, [{ type: 'sessions', userId }]).catch(() => undefined)
}

/**
 * Calls `onNews` for the news of every organization, on a connection of its own; and `onGap` when the connection was lost
 * and is back, since there may have been news meanwhile.
 */
export async function subscribeNews(
  subscriber: RedisClient,
  onNews: (org: string, news: News[]) => void,
  onGap: () => void = () => undefined,
): Promise<void> {
  subscriber.on('pmessage', (_pattern: string, channel: string, message: string) => {
    onNews(channel.slice(channelPrefix.length), JSON.parse(message) as News[])
  })
  const subscribe = () => subscriber.psubscribe(`${channelPrefix}*`)
  await subscribe()
  onRenewed(subscriber, () => void subscribe().then(onGap, () => undefined))
}
