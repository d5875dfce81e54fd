import { setTimeout as sleep } from 'node:timers/promises'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import {
  activityInputSchema,
  type IngestResult,
  ingestResultSchema,
  maxActivitiesPerRequest,
} from '#shared/contract/activities.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import type { Backlog } from '../data/backlog.ts'
import type { ActivityDoc } from '../data/documents.ts'
import { gotOn } from '../http/deadline.ts'
import { jsonBody } from '../http/jsonBody.ts'
import type { SourcePrincipal } from '../http/principal.ts'
import { problemOf, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { Inbox } from './inbox.ts'
import type { KeyLimit } from './keyLimit.ts'
import { BadLine, bodyStream, parseLine, readLines } from './ndjson.ts'

const maxBody = '4mb'
const maxNdjsonLines = 1_000_000
/** A stream with so many bad lines is sent by mistake; each that was read is answered for. */
const maxRejections = 1000

export interface ActivityServices {
  inbox: Inbox
  /** What a stream waits for. */
  backlog: Pick<Backlog, 'polite'>
  /** Remembers when a source last sent something. */
  noteFreshness(org: string, sourceId: string, atMs: number): void
  /** How long a source has to wait before it may send more. */
  limit: KeyLimit
  nowMs(): number
}

/** How activities come in: one, an array, or a stream of lines. */
export function activityRoutes(services: ActivityServices): Route[] {
  return [
    route({
      method: 'post',
      path: '/activities',
      summary: 'Send one activity, an array of up to 1,000, or a stream of lines (application/x-ndjson)',
      permit: { scope: 'activities:write' },
      documentedBody: z.union([activityInputSchema, z.array(activityInputSchema).max(maxActivitiesPerRequest)]),
      answer: ingestResultSchema,
      status: 202,
      before: [activityBody],
      async handle({ principal, request, response }) {
        if (request.is('application/x-ndjson')) {
          const { result, refusal } = await ingestLines(services, principal, { request, response })
          return refusal ? answerRefusal(response, refusal, result) : result
        }
        const items = Array.isArray(request.body) ? request.body : [request.body]
        if (items.length > maxActivitiesPerRequest)
          throw new Refusal(
            413,
            'activities.too_many',
            `A request has at most ${maxActivitiesPerRequest} activities; send less at a time, or NDJSON`,
          )
        const waitMs = services.limit(principal, items.length, services.nowMs())
        if (waitMs > 0)
          throw new Refusal(429, 'activities.too_fast', 'This source sends faster than it may; wait a moment', {
            retryAfterS: Math.ceil(waitMs / 1000),
          })
        const result = await ingest(services, principal, items, 0)
        const [refused] = result.rejected
        if (Array.isArray(request.body) || !refused) return result
        // Who sends one and looks at the status alone must not take it for stored.
        return answerRefusal(response, singleRefusal(refused), result)
      },
    }),
  ]
}

function singleRefusal({ code, path, message }: IngestResult['rejected'][number]): Refusal {
  const where = path === '' ? 'body' : `body.${path}`
  return new Refusal(code === 'activity.conflict' ? 409 : 422, code, message, { issues: [{ path: where, message }] })
}

/** The problem, and beside it what became of each item. */
function answerRefusal(response: Response, refusal: Refusal, result: IngestResult): void {
  if (!response.req.complete) response.set('Connection', 'close')
  response
    .status(refusal.status)
    .type('application/problem+json')
    .json({ ...problemOf(refusal), ...result })
}

const json = jsonBody(maxBody)

/** JSON is read whole, lines are left to be streamed, anything else is refused. */
const activityBody: RequestHandler = (request, response, next) => {
  if (request.is('application/json')) return json(request, response, next)
  if (request.is('application/x-ndjson')) return next()
  throw new Refusal(415, 'body.type', 'Send application/json or application/x-ndjson')
}

async function ingest(
  services: ActivityServices,
  { org, sourceId }: SourcePrincipal,
  items: unknown[],
  firstIndex: number,
): Promise<IngestResult> {
  const receivedAtMs = services.nowMs()
  const rejected: IngestResult['rejected'] = []
  const docs: ActivityDoc[] = []
  const indexes: number[] = []
  for (const [offset, item] of items.entries()) {
    const index = firstIndex + offset
    const result =
      item instanceof BadLine
        ? { index, code: item.code, path: '', message: item.message }
        : parseActivity(item, index, { org, sourceId, receivedAtMs })
    if (isRejection(result)) rejected.push(result)
    else {
      docs.push(result)
      indexes.push(index)
    }
  }
  const storing = services.inbox.store(docs)
  // Noted beside the write, so that the boards that show these know it; what is told to come back makes nothing fresh.
  if (docs.length > 0) services.noteFreshness(org, sourceId, receivedAtMs)
  const outcomes = await storing
  let accepted = 0
  let duplicate = 0
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome === 'accepted') accepted += 1
    else if (outcome === 'duplicate') duplicate += 1
    else
      rejected.push({
        index: indexes[at] ?? 0,
        code: 'activity.conflict',
        path: 'revision',
        message: 'This revision is stored with other content; send the change with a larger revision',
      })
  }
  return { accepted, duplicate, rejected: rejected.sort((a, b) => a.index - b.index) }
}

async function ingestLines(
  services: ActivityServices,
  principal: SourcePrincipal,
  { request, response }: { request: Request; response: Response },
): Promise<{ result: IngestResult; refusal?: Refusal }> {
  const total: IngestResult = { accepted: 0, duplicate: 0, rejected: [] }
  let index = 0
  for await (const lines of readLines(bodyStream(request), { perChunk: 500, maxLineBytes: 64 * 1024 })) {
    if (index + lines.length > maxNdjsonLines)
      throw new Refusal(413, 'activities.too_many', 'A stream has at most 1,000,000 lines')
    // A stream that is too fast is read more slowly; refusing its rest would help nobody.
    for (let waitMs = 1; waitMs > 0; ) {
      waitMs = services.limit(principal, lines.length, services.nowMs())
      if (waitMs > 0) await sleep(waitMs)
    }
    await services.backlog.polite()
    // Who was told meanwhile that it took too long sends all of it again.
    if (response.headersSent) break
    const result = await ingest(services, principal, lines.map(parseLine), index)
    gotOn(response)
    index += lines.length
    total.accepted += result.accepted
    total.duplicate += result.duplicate
    total.rejected.push(...result.rejected)
    if (total.rejected.length > maxRejections) return { result: total, refusal: tooManyRefused(index) }
  }
  return { result: total }
}

function tooManyRefused(lines: number): Refusal {
  return new Refusal(
    422,
    'activities.too_many_refused',
    `More than ${maxRejections} lines were refused, so the stream was read no further than its first ${lines}; mend them and send it again`,
  )
}
