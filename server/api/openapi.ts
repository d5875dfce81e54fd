import type { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { problemSchema } from '#shared/contract/problem.ts'
import type { Route } from '../http/route.ts'

/** The OpenAPI 3.1 document of the routes. */
export function openApiOf(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const spec of routes) {
    const path = spec.path.replaceAll(/:([A-Za-z]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][spec.method] = operationOf(spec)
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Pitboard',
      version: '1',
      description: 'Sales activities in, live boards out. Errors are RFC 9457 problem documents with a stable code.',
    },
    servers: [{ url: '/api/v1' }],
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'pitboard_session' },
        key: { type: 'http', scheme: 'bearer', description: 'API key of a source' },
      },
    },
  })
}

function operationOf(spec: Route): ZodOpenApiOperationObject {
  const status = String(spec.status ?? (spec.answer ? 200 : 204))
  const params: { path?: z.ZodObject; query?: z.ZodObject } = {}
  if (spec.params) params.path = spec.params as z.ZodObject
  if (spec.query) params.query = spec.query as z.ZodObject
  const body = spec.body ?? spec.documentedBody
  return {
    operationId: `${spec.method}${spec.path.replaceAll(/[^A-Za-z]+(.)?/g, (_all, letter: string = '') => letter.toUpperCase())}`,
    summary: spec.summary,
    security: spec.permit === 'public' ? [] : [typeof spec.permit === 'object' ? { key: [] } : { session: [] }],
    ...(typeof spec.permit === 'string' ? { description: `For: ${spec.permit}` } : {}),
    requestParams: params,
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [status]: spec.answer
        ? { description: 'Done', content: { 'application/json': { schema: spec.answer } } }
        : { description: 'Done' },
      default: { description: 'Refused', content: { 'application/problem+json': { schema: problemSchema } } },
    },
  }
}
