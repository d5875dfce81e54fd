import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express } from 'express'
import helmet from 'helmet'
import { type Config, publicHost } from './config.ts'
import type { Stores } from './data/stores.ts'
import { authenticate } from './http/authenticate.ts'
import { deadline } from './http/deadline.ts'
import { jsonBody } from './http/jsonBody.ts'
import { notFound, problemOf, refusalOf } from './http/problems.ts'
import { mountRoutes, type Route } from './http/route.ts'
import { sessionCookie } from './http/sessionCookie.ts'
import { createTelemetry } from './http/telemetry.ts'
import type { Logger } from './log.ts'

/** Longest that a request that came in whole may wait for its answer. */
const answerMs = 30_000
const readyMs = 3000
const dist = fileURLToPath(new URL('../dist', import.meta.url))

/** What the app is made of. */
export interface AppParts {
  config: Config
  stores: Stores
  routes: readonly Route[]
  log: Logger
}

/** The web application, not listening. */
export function createApp({ config, stores, routes, log }: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', config.TRUST_PROXY)
  app.set('query parser', 'simple')
  const telemetry = createTelemetry(log)
  app.use(telemetry.observe)
  app.use(helmet(headers(config)))
  app.get('/healthz', (_request, response) => void response.json({ ok: true }))
  app.get('/readyz', deadline(readyMs), async (_request, response) => {
    await Promise.all([stores.redis.ping(), stores.mongo.connection.db?.command({ ping: 1 }, { timeoutMS: 2000 })])
    response.json({ ok: true })
  })
  app.use(['/api', '/metrics'], deadline(answerMs))
  app.use(['/api', '/metrics'], authenticate(stores.mongo, sessionCookie(config), publicHost(config)))
  app.get('/metrics', telemetry.figures)
  mountRoutes(app, routes, jsonBody('256kb'))
  app.use('/api', () => {
    throw notFound('route')
  })
  if (existsSync(dist)) {
    app.use(compression())
    app.use(express.static(dist, { index: false, maxAge: '1y', immutable: true, fallthrough: true }))
    app.get('/*path', (_request, response) =>
      response.sendFile('index.html', { root: dist, headers: { 'Cache-Control': 'no-cache' } }),
    )
    app.get('/', (_request, response) =>
      response.sendFile('index.html', { root: dist, headers: { 'Cache-Control': 'no-cache' } }),
    )
  }
  app.use(errorHandler(log))
  return app
}

/** The one place where errors become answers. */
function errorHandler(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.writableEnded) return
    if (response.headersSent) return next(error)
    const refusal = refusalOf(error)
    // The inbox says that it is overloaded once, not at every request.
    if (refusal.status >= 500 && refusal.code !== 'ingest.overloaded')
      log.error({ path: request.path, error: (error as Error).stack ?? String(error) }, 'request failed')
    if (refusal.retryAfterS !== undefined) response.set('Retry-After', String(refusal.retryAfterS))
    // What is left of a refused body is not read: the connection ends with the answer.
    if (!request.complete) response.set('Connection', 'close')
    response
      .status(refusal.status)
      .type('application/problem+json')
      .send(JSON.stringify(problemOf(refusal)))
  }
}

function headers(config: Config): Parameters<typeof helmet>[0] {
  const secure = config.PUBLIC_URL?.startsWith('https:') ?? false
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  }
}
