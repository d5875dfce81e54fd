import * as T from '../bson/types.ts'
import { docValue, type Value } from '../bson/value.ts'
import { equalityKeys } from '../collation/text-keys.ts'
import { CommandError } from '../errors.ts'
import { type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { compareBy } from '../expression/sets.ts'
import { keyOf } from '../keys/extract.ts'
import { checkDeadline } from '../plan/deadline.ts'
import { countBytes } from '../plan/memory.ts'
import type { SortField } from '../plan/sort-field.ts'
import { watched } from './row.ts'

/** Documents by partition, in the order of partitions' values, each partition sorted. */
export const partitioned = (
  rows: Iterable<Buffer>,
  by: Expr | undefined,
  { sort, scope, name }: { sort: readonly SortField[]; scope: Scope; name: string },
): Value[][] => {
  const textKey = equalityKeys(scope.collation)
  const parts = new Map<string, Value[]>()
  const note = countBytes(name)
  for (const row of watched(rows, checkDeadline)) {
    const doc = docValue(row)
    scope.frame.slots[ROOT] = doc
    const v = by?.ask()
    if (v?.type === T.ARRAY)
      throw new CommandError(14, `An expression used to partition cannot evaluate to value of type array`)
    const key = v ? keyOf(v, textKey).toString('latin1') : ''
    note(row.length)
    const part = parts.get(key)
    if (part) part.push(doc)
    else parts.set(key, [doc])
  }
  if (sort.length) for (const part of parts.values()) part.sort((a, b) => compareBy(a, b, sort, scope))
  return [...parts.values()]
}
