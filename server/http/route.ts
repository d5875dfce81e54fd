import type { Express, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { checkPermit, type Permit, type Principal, type SourcePrincipal, type UserPrincipal } from './principal.ts'
import { invalid } from './problems.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type PrincipalFor<P extends Permit> = P extends 'public'
  ? Principal | null
  : P extends object
    ? SourcePrincipal
    : UserPrincipal

/** What a handler gets: everything parsed, the caller permitted. */
export interface Call<P extends Permit, Params, Query, Body> {
  principal: PrincipalFor<P>
  params: Parsed<Params>
  query: Parsed<Query>
  body: Parsed<Body>
  request: Request
  response: Response
}

/** A route as data: the router, the permissions and the OpenAPI document all come from it. */
export interface Route<
  P extends Permit = Permit,
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  method: 'get' | 'post' | 'put' | 'delete'
  /** Below /api/v1, express style: `/boards/:id`. */
  path: string
  summary: string
  permit: P
  params?: Params
  query?: Query
  body?: Body
  /** Schema of a body that the handler parses itself, for the documents. */
  documentedBody?: z.ZodType
  /** Schema of the answer; absent for 204. */
  answer?: z.ZodType
  /** Default 200, or 204 without `answer`. */
  status?: number
  /** Runs between permission and parsing, for bodies that are not JSON. */
  before?: RequestHandler[]
  handle(call: Call<P, Params, Query, Body>): Promise<unknown>
}

/** Declares a route with its types inferred. */
export function route<
  P extends Permit,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(spec: Route<P, Params, Query, Body>): Route {
  return spec as unknown as Route
}

/** Puts routes on the app: permit, parse, do, present. Express forwards what they throw to the one error handler. */
export function mountRoutes(app: Express, routes: readonly Route[], json: RequestHandler): void {
  for (const spec of routes) {
    const permit: RequestHandler = (_request, response, next) => {
      checkPermit(spec.permit, response.locals.principal as Principal | null)
      next()
    }
    const before = spec.before ?? (spec.body ? [json] : [])
    app[spec.method](`/api/v1${spec.path}`, permit, ...before, async (request: Request, response: Response) => {
      const answer = await spec.handle({
        principal: response.locals.principal as never,
        params: parse(spec.params, request.params, 'path') as never,
        query: parse(spec.query, request.query, 'query') as never,
        body: parse(spec.body, request.body, 'body') as never,
        request,
        response,
      })
      if (response.headersSent) return
      if (answer === undefined) response.status(spec.status ?? 204).end()
      else response.status(spec.status ?? 200).json(answer)
    })
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalid(parsed.error, where)
  return parsed.data
}
