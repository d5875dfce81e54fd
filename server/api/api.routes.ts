import { z } from 'zod'
import { type Route, route } from '../http/route.ts'
import { asyncApi } from './asyncapi.ts'
import { openApiOf } from './openapi.ts'

const documentSchema = z.record(z.string(), z.unknown())

/** The documents of the API, made from the routes and messages themselves. `routes` are the others. */
export function apiRoutes(routes: readonly Route[]): Route[] {
  const once = <T>(make: () => T) => {
    let made: T | undefined
    return async () => {
      made ??= make()
      return made
    }
  }
  const own: Route[] = [
    route({
      method: 'get',
      path: '/openapi.json',
      summary: 'This document',
      permit: 'public',
      answer: documentSchema,
      handle: once(() => openApiOf([...routes, ...own])),
    }),
    route({
      method: 'get',
      path: '/asyncapi.json',
      summary: 'The messages of the socket',
      permit: 'public',
      answer: documentSchema,
      handle: once(asyncApi),
    }),
  ]
  return own
}
