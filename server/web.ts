import { createServer, type Server } from 'node:http'
import { createEnqueuer } from './activities/enqueuer.ts'
import { createFreshness } from './activities/freshness.ts'
import { createInbox } from './activities/inbox.ts'
import { createApp } from './app.ts'
import { boardViewFor } from './boards/boardWindow.ts'
import { type Config, publicHost } from './config.ts'
import { createBacklog } from './data/backlog.ts'
import { readContestView } from './data/contestView.ts'
import { subscribeNews } from './data/news.ts'
import { openQueues, type Queues } from './data/queues.ts'
import { connectRedis } from './data/redis.ts'
import { openStores, type Stores } from './data/stores.ts'
import type { Route } from './http/route.ts'
import { sessionCookie } from './http/sessionCookie.ts'
import { createImports } from './imports/imports.ts'
import type { Logger } from './log.ts'
import { openSockets, type Realtime } from './realtime/sockets.ts'
import { allRoutes } from './routes.ts'

const drainMs = 5000

/** A web server that listens, with everything behind it. */
export interface Web {
  /** Where people reach it. */
  url: string
  port: number
  stores: Stores
  queues: Queues
  routes: readonly Route[]
  http: Server
  realtime: Realtime
  /** Lets requests under way end (at most 5 s), then closes everything. */
  close(): Promise<void>
}

/** Opens the stores, puts the app and the sockets on them, and listens. Throws one sentence when it cannot. */
export async function openWeb(config: Config, log: Logger): Promise<Web> {
  const stores = await openStores(config)
  const queues = openQueues(stores.redis)
  const subscriber = connectRedis(config.REDIS_URL, 'subscriber')
  await subscriber.connect()
  const enqueuer = createEnqueuer(queues, log)
  const backlog = createBacklog(stores.mongo, queues)
  const inbox = createInbox(stores, enqueuer, backlog, log)
  const freshness = createFreshness(stores.mongo, log)
  const imports = createImports({ stores, queues, log, noteFreshness: freshness.note })
  const routes = allRoutes({ config, stores, queues, inbox, backlog, imports, noteFreshness: freshness.note })
  const http = createServer(createApp({ config, stores, routes, log }))
  // A stream of a million lines may take its time, but never falls silent.
  http.requestTimeout = 900_000
  http.timeout = 60_000
  http.headersTimeout = 20_000
  // Every screen is a connection; with so many, further ones are better off with another process.
  http.maxConnections = 20_000
  const realtime = openSockets(http, {
    mongo: stores.mongo,
    log,
    publicHost: publicHost(config),
    trustedProxies: config.TRUST_PROXY,
    cookie: sessionCookie(config),
    readBoard: (request, lately) => boardViewFor(stores, request, request, { lately }),
    readContest: ({ org, contestId }) => readContestView(stores, org, contestId, Date.now()),
  })
  await subscribeNews(subscriber, realtime.onNews, realtime.onGap)
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(config.PORT, config.HOST, resolve)
  })
  const address = http.address()
  const port = typeof address === 'object' && address ? address.port : config.PORT
  return {
    url: config.PUBLIC_URL ?? `http://${config.HOST}:${port}`,
    port,
    stores,
    queues,
    routes,
    http,
    realtime,
    async close() {
      const closed = new Promise((resolve) => http.close(resolve))
      const imported = imports.close()
      await realtime.close()
      http.closeIdleConnections()
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMs).unref())])
      http.closeAllConnections()
      await Promise.race([imported, new Promise((resolve) => setTimeout(resolve, drainMs).unref())])
      await freshness.close()
      await enqueuer.close()
      await queues.close()
      subscriber.disconnect()
      await stores.close()
    },
  }
}
