import type { StatementSync } from 'node:sqlite'
import type { Collection } from '../store/collection.ts'
import type { Index } from '../store/index.ts'

/** The reading statements over one index; rows are arrays. */
export interface Statements {
  readonly point: StatementSync
  readonly forward: StatementSync
  readonly backward: StatementSync
  readonly count: StatementSync
  readonly countUpTo: StatementSync
}

const cache = new WeakMap<Index, Statements>()

/** Statements of an index, prepared when first needed. */
export const statementsOf = (collection: Collection, index: Index): Statements => {
  const known = cache.get(index)
  if (known) return known
  const x = index.table
  const from = `FROM ${x} AS x CROSS JOIN ${collection.table} AS d ON d.r = x.r`
  const made = {
    point: collection.prepare(`SELECT x.k, x.r, d.doc ${from} WHERE x.k = ?`),
    forward: collection.prepare(
      `SELECT x.k, x.r, d.doc ${from} WHERE x.k < ?1 AND (x.k, x.r) > (?2, ?3) ORDER BY x.k, x.r LIMIT ?4`,
    ),
    backward: collection.prepare(
      `SELECT x.k, x.r, d.doc ${from} WHERE x.k >= ?1 AND (x.k, x.r) < (?2, ?3) ORDER BY x.k DESC, x.r DESC LIMIT ?4`,
    ),
    count: collection.prepare(`SELECT count(*) AS n FROM ${x} WHERE k >= ? AND k < ?`),
    countUpTo: collection.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${x} WHERE k >= ? AND k < ? LIMIT ?)`),
  }
  for (const statement of [made.point, made.forward, made.backward]) statement.setReturnArrays(true)
  cache.set(index, made)
  return made
}
