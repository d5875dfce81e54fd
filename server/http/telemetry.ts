import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Logger } from '../log.ts'
import type { Principal } from './principal.ts'
import { Refusal } from './problems.ts'

/** What is known of the requests: a log line for each, and figures for Prometheus. */
export interface Telemetry {
  /** Goes before everything else. */
  observe: RequestHandler
  /** Answers the figures; only to this machine and to admins. */
  figures: RequestHandler
}

const quiet = new Set(['/healthz', '/readyz', '/metrics', '/api/v1/activities'])

/** Opens the books on requests. What is labelled is the route, never the address, so the figures stay few. */
export function createTelemetry(log: Logger): Telemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'pitboard_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  return {
    observe(request, response, next) {
      const startedMs = performance.now()
      const { method, path } = request
      response.once('close', () => {
        const ms = performance.now() - startedMs
        const { statusCode: status } = response
        const route = typeof request.route?.path === 'string' ? request.route.path : 'other'
        duration.observe({ method, route, status: String(status) }, ms / 1000)
        const line = { method, path: path.slice(0, 200), status, ms: Math.round(ms * 10) / 10 }
        if (status < 400 && quiet.has(path)) log.debug(line, 'request')
        else log.info(line, 'request')
      })
      next()
    },
    async figures(request, response) {
      const principal = response.locals.principal as Principal | null
      const admin = principal?.type === 'user' && principal.role === 'admin'
      if (!admin && !isFromHere(request)) throw new Refusal(403, 'permission.denied', 'You may not do this')
      response.type(registry.contentType).send(await registry.metrics())
    },
  }
}

/** A proxy on this machine passes on requests from elsewhere, and says so. */
function isFromHere(request: Parameters<RequestHandler>[0]): boolean {
  const proxied = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'].some(
    (name) => name in request.headers,
  )
  return !proxied && /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
}
