import type { RequestHandler } from 'express'
import { Refusal } from './problems.ts'

/** Answers 503 when nothing else has so many ms after the whole request came in; what comes later goes nowhere. */
export function deadline(ms: number): RequestHandler {
  return (request, response, next) => {
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      timer = setTimeout(() => {
        if (response.headersSent) return
        next(new Refusal(503, 'request.timed_out', 'This took too long here; try again', { retryAfterS: 5 }))
      }, ms)
    }
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
    if (hasBody) request.once('end', begin)
    else begin()
    response.once('close', () => clearTimeout(timer))
    next()
  }
}
