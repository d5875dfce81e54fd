import { type Definitions, definitionsOf } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { notFound } from './problems.ts'

/** The definitions of a caller's organization as of now; 404 when it has been removed. */
export async function knownDefinitions(mongo: Mongo, org: string): Promise<Definitions> {
  const definitions = await definitionsOf(mongo, org)
  if (!definitions) throw notFound('organization')
  return definitions
}
