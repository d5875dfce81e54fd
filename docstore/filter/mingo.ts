import { createRequire } from 'node:module'
import type { Query } from 'mingo/query'
import { badValue, CommandError } from '../errors.ts'

type Mingo = typeof import('mingo')
type Operators = typeof import('mingo/operators/query')

const require = createRequire(import.meta.url)

/** mingo is loaded when a `$jsonSchema` first asks for it: its hundreds of files are a third of a start otherwise. */
const load = (): ((schema: unknown) => Query) => {
  const { Context, ProcessingMode, Query: Made }: Mingo = require('mingo')
  const { $jsonSchema }: Operators = require('mingo/operators/query')
  const context = Context.init({ query: { $jsonSchema } } as Parameters<typeof Context.init>[0] & object)
  // no code from clients, inputs left alone
  const options = { context, scriptEnabled: false, useStrictMode: true, processingMode: ProcessingMode.CLONE_OFF }
  return (schema) => new Made({ $jsonSchema: schema }, options)
}

let made: ReturnType<typeof load> | undefined

/** A `$jsonSchema` that can be asked of documents. Throws what mingo throws. */
export const schemaQuery = (schema: unknown): Query => {
  made ??= load()
  return made(schema)
}

/** Runs mingo and turns its errors into those of a server. */
export const runMingo = <R>(work: () => R): R => {
  try {
    return work()
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw badValue(error instanceof Error ? error.message : String(error))
  }
}
