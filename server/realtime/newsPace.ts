import { celebrationPriority } from '#shared/feed.ts'
import type { News } from '../data/news.ts'
import { createMessageLimit } from './messageLimit.ts'

/** Nobody reads faster; what is left out is in the feed when it is read again. */
const feedPace = { perSecond: 10, burst: 20 }
/** A screen shows more than three in a minute as one; what many deals a second would add is load, not joy. */
const celebrationPace = { perSecond: 5, burst: 20 }

/** Says which news of an organization (at an instant, ms) go out to every screen, however fast they come. */
export function createNewsPace(): (org: string, news: News, nowMs: number) => boolean {
  const limits = new Map<string, (nowMs: number) => boolean>()
  const allow = (name: string, pace: typeof feedPace, nowMs: number) => {
    const limit = limits.get(name) ?? createMessageLimit(pace)
    limits.set(name, limit)
    return limit(nowMs)
  }
  return (org, news, nowMs) => {
    if (news.type === 'feed' || news.type === 'correction') return allow(`feed ${org}`, feedPace, nowMs)
    if (news.type !== 'celebration' || news.celebration.priority >= celebrationPriority.contest) return true
    return allow(`celebration ${org}`, celebrationPace, nowMs)
  }
}
