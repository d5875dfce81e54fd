import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import express, { type ErrorRequestHandler } from 'express'
import { afterEach, expect, test } from 'vitest'
import { activityRoutes } from '#server/activities/activities.routes.ts'
import { deadline } from '#server/http/deadline.ts'
import { refusalOf } from '#server/http/problems.ts'
import { mountRoutes } from '#server/http/route.ts'
import { call } from '#test/support/sent.ts'

const answerMs = 1000
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Where activities are sent to; each chunk of a stream waits as long as `politeMs` says, by its number. */
async function open(politeMs: (chunk: number) => number) {
  const state = { chunks: 0, stored: 0 }
  const app = express()
  app.use(deadline(answerMs), (_request, response, next) => {
    response.locals.principal = { type: 'source', org: 'floor', sourceId: 'crm', scopes: ['activities:write'] }
    next()
  })
  const routes = activityRoutes({
    inbox: {
      async store(docs) {
        state.stored += docs.length
        return docs.map(() => 'accepted')
      },
    },
    backlog: { polite: () => sleep(politeMs(state.chunks++)) },
    noteFreshness: () => undefined,
    limit: () => 0,
    nowMs: () => Date.now(),
  })
  mountRoutes(app, routes, express.json())
  const refuse: ErrorRequestHandler = (error, _request, response, _next) => {
    const { status, code } = refusalOf(error)
    response.status(status).json({ code })
  }
  app.use(refuse)
  const server = createServer(app).listen(0, '127.0.0.1')
  servers.push(server)
  // Nothing comes over the line any more once a packed stream is in.
  server.timeout = answerMs * 2
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/activities`
  const send = async () => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }
    const answer = await fetch(url, { method: 'POST', headers, body: packed as unknown as string })
    return { status: answer.status, body: await answer.json() }
  }
  return { state, send }
}

const lines = 5000
const packed = gzipSync(Array.from({ length: lines }, () => JSON.stringify(call('ana'))).join('\n'))

test('a packed stream that waits for the floor to catch up, and goes on, is answered with what was stored', async () => {
  const { state, send } = await open(() => answerMs / 4)
  expect(await send()).toEqual({ status: 202, body: { accepted: lines, duplicate: 0, rejected: [] } })
  expect(state.chunks).toBeGreaterThan(6)
})

test('of a stream that is told to come again nothing more is stored afterwards', async () => {
  const { state, send } = await open((chunk) => (chunk < 2 ? 0 : answerMs * 2))
  expect(await send()).toEqual({ status: 503, body: { code: 'request.timed_out' } })
  const { stored } = state
  await sleep(answerMs * 4)
  expect(state).toEqual({ chunks: 3, stored })
})
