import type { z } from 'zod'
import type { Role } from '#shared/contract/session.ts'
import type { ChangeEffect } from '../data/definitionChange.ts'
import type { DefinitionModel } from '../data/definitionCollections.ts'
import type { Definitions } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import type { UserPrincipal } from '../http/principal.ts'

/** One definition as it was and as it shall be: `before` null creates it, `after` null removes it. */
export interface Change<T> {
  definitions: Definitions
  before: T | null
  after: T | null
}

/** All that makes one kind of definition differ from the others. */
export interface DefinitionNoun<T extends { id: string }> {
  /** In codes and sentences. */
  noun: string
  /** Below /api/v1. */
  path: string
  /** Fields that callers send; what is stored has an `id` too. */
  input: z.ZodType<Omit<T, 'id'>>
  schema: z.ZodType<T>
  /** Least role that may change any. */
  writers: Role
  /** How many an organization may have. */
  most: number
  model(mongo: Mongo): DefinitionModel<T>
  all(definitions: Definitions): T[]
  /** What a caller sees of one; everything by default. */
  present?(one: T, principal: UserPrincipal): T
  /** What is kept of what a caller sent; everything as it is by default. */
  kept?(after: T, before: T | null): T
  /** Throws a Refusal unless the change leaves everything in order, and this caller may make it. */
  check(change: Change<T>, context: { mongo: Mongo; principal: UserPrincipal }): void | Promise<void>
  effect(change: Change<T>): ChangeEffect
  /** Runs once everybody reads the new definitions. */
  changed?(change: Change<T>, org: string): Promise<void>
}
