import type { RequestHandler, Response } from 'express'
import { Refusal } from './problems.ts'

/**
 * Answers 503 when nothing else has so many ms after the whole request came in, or after its work last got on (`gotOn`);
 * what comes later goes nowhere.
 */
export function deadline(ms: number): RequestHandler {
  return (request, response, next) => {
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (response.headersSent) return
        next(new Refusal(503, 'request.timed_out', 'This took too long here; try again', { retryAfterS: 5 }))
      }, ms)
    }
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
    if (hasBody) request.once('end', begin)
    else begin()
    response.locals.gotOn = () => timer && !response.closed && begin()
    response.once('close', () => clearTimeout(timer))
    next()
  }
}

/** Long work that comes in parts has done one of them: its time begins anew, and the line is not cut for being silent. */
export function gotOn(response: Response): void {
  const { gotOn: begin } = response.locals as { gotOn?: () => void }
  begin?.()
  const { socket } = response.req
  if (socket.timeout) socket.setTimeout(socket.timeout)
}
