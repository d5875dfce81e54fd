import { createServer } from 'node:http'
import { activityRoutes } from './activities/activities.routes.ts'
import { createFreshness } from './activities/freshness.ts'
import { createInbox } from './activities/inbox.ts'
import { createApp } from './app.ts'
import { boardRoutes } from './boards/boards.routes.ts'
import { boardViewFor } from './boards/boardWindow.ts'
import { readConfig } from './config.ts'
import { subscribeNews } from './data/news.ts'
import { openQueues } from './data/queues.ts'
import { connectRedis } from './data/redis.ts'
import { openStores } from './data/stores.ts'
import { createLog } from './log.ts'
import { untilStopped } from './process.ts'
import { openSockets } from './realtime/sockets.ts'
import { sessionRoutes } from './session/session.routes.ts'

const config = readConfig(process.env)
const log = createLog('server', config.LOG_LEVEL)
const stores = await openStores(config)
const queues = openQueues(stores.redis)
const subscriber = connectRedis(config.REDIS_URL, 'subscriber')
await subscriber.connect()

const inbox = createInbox(stores, queues, log)
const freshness = createFreshness(stores.mongo, log)
const routes = [
  ...sessionRoutes(stores.mongo, config),
  ...activityRoutes({ inbox, noteFreshness: freshness.note, nowMs: Date.now }),
  ...boardRoutes(stores),
]
const http = createServer(createApp({ config, stores, routes, log }))
http.requestTimeout = 120_000
http.headersTimeout = 20_000
const publicHost = config.PUBLIC_URL ? new URL(config.PUBLIC_URL).host : null
const realtime = openSockets(http, {
  mongo: stores.mongo,
  log,
  publicHost,
  readBoard: (request) => boardViewFor(stores, request, request),
})
await subscribeNews(subscriber, realtime.onNews)

await new Promise<void>((resolve, reject) => {
  http.once('error', reject)
  http.listen(config.PORT, config.HOST, resolve)
})
const address = http.address()
const port = typeof address === 'object' && address ? address.port : config.PORT
console.log(JSON.stringify({ ready: true, url: config.PUBLIC_URL ?? `http://${config.HOST}:${port}` }))

await untilStopped()
const closed = new Promise((resolve) => http.close(resolve))
await realtime.close()
http.closeIdleConnections()
await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 5000).unref())])
http.closeAllConnections()
await freshness.close()
await queues.close()
subscriber.disconnect()
await stores.close()
