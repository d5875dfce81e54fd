import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { Problem } from '#shared/contract/problem.ts'
import { isStoreAway } from '../data/storeAway.ts'

/** A refusal that a caller is told about: `code` is stable, the message is a sentence for people. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly issues: Problem['issues']
  readonly retryAfterS: number | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    more: { issues?: Problem['issues']; retryAfterS?: number } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.issues = more.issues
    this.retryAfterS = more.retryAfterS
  }
}

/** The document that a caller gets. */
export function problemOf({ status, code, message, issues }: Refusal): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: message,
    ...(issues ? { issues } : {}),
  }
}

/** 422 that names what in the input was wrong. */
export function invalid(error: z.ZodError, where: string): Refusal {
  const issues = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message }))
  return new Refusal(
    422,
    'input.invalid',
    `The ${where} does not have the expected form: ${issues[0]?.path}: ${issues[0]?.message}`,
    { issues },
  )
}

/** 404; also for what belongs to another organization, which must look the same. */
export function notFound(noun: string): Refusal {
  return new Refusal(404, `${noun}.not_found`, `There is no such ${noun}`)
}

/** 401 for a link that works once and has. */
export function linkUsed(): Refusal {
  return new Refusal(401, 'link.used', 'This link has been used or has expired; ask for a new one')
}

/** Any error as a refusal: what express, the parsers and the stores throw has a code too, and the rest is a 500 without details. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { type, status, code } = error as { type?: string; status?: number; code?: unknown }
  switch (type) {
    case 'entity.too.large':
      return new Refusal(413, 'body.too_large', 'The body is too large; send less at a time')
    case 'entity.parse.failed':
      return new Refusal(400, 'body.not_json', 'The body is not valid JSON')
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal(415, 'body.encoding', 'The body must be UTF-8, plain or gzip')
    case 'request.aborted':
    case 'request.size.invalid':
      return new Refusal(400, 'body.cut', 'The body ended before it was complete')
  }
  if (typeof code === 'string' && /^Z_|^ZSTD_|^ERR__ERROR_/.test(code))
    return new Refusal(400, 'body.malformed', 'The body is not packed in the way that Content-Encoding says')
  if (status !== undefined && status >= 400 && status < 500)
    return new Refusal(status, 'request.malformed', 'The request is malformed')
  if (isStoreAway(error))
    return new Refusal(503, 'stores.unreachable', 'The stores cannot answer right now; try again in a moment', {
      retryAfterS: 2,
    })
  return new Refusal(500, 'internal', 'Something went wrong here; it has been logged')
}
