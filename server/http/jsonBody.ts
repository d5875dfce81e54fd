import { isUtf8 } from 'node:buffer'
import express, { type RequestHandler } from 'express'

/**
 * Reads a body of JSON, whatever it holds: what it should hold is the schema's to say. Bytes that are not in the encoding it
 * names would leave signs of replacement in people's names.
 */
export function jsonBody(limit: string): RequestHandler {
  return express.json({
    limit,
    strict: false,
    verify(_request, _response, body, encoding) {
      if (/^utf-?8$/i.test(encoding) && !isUtf8(body))
        throw Object.assign(new Error('The body is not UTF-8'), { type: 'charset.unsupported' })
    },
  })
}
