import { Cluster } from 'ioredis'
import type { RedisClient } from './scripts.ts'

const askEveryMs = 5000
const lookEveryMs = 200

/**
 * Calls back each time that a subscriber has another connection than before: what was published in between passed it by.
 * On a cluster, which holds its subscriber inside, that connection has its subscriptions again when this is called.
 */
export function onRenewed(subscriber: RedisClient, renewed: () => void): void {
  const timer = subscriber instanceof Cluster ? lookAtNode(subscriber, renewed) : keepAsking(subscriber)
  if (!(subscriber instanceof Cluster)) subscriber.on('ready', renewed)
  subscriber.once('end', () => clearInterval(timer))
}

/** A subscriber only listens, so a host that vanished without a word would not be missed: it is asked for a word. */
function keepAsking(subscriber: Exclude<RedisClient, Cluster>): NodeJS.Timeout {
  return setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(() => undefined)
  }, askEveryMs)
}

/** A cluster says nothing when its subscriber goes to another node; that it did is seen by which one subscribed last. */
function lookAtNode(cluster: Cluster, renewed: () => void): NodeJS.Timeout {
  // biome-ignore lint/complexity/useLiteralKeys: only so may private fields be read
  const subscribed = () => cluster['subscriber']['lastActiveSubscriber'] as object | null
  let last = subscribed()
  return setInterval(() => {
    const now = subscribed()
    if (now === last) return
    last = now
    renewed()
  }, lookEveryMs)
}
