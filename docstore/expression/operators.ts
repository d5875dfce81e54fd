import { LIST_ACCUMULATORS } from './accumulator.ts'
import { ARITHMETIC } from './arithmetic.ts'
import { ARRAYS } from './arrays.ts'
import { CONVERT } from './convert.ts'
import { DATE_PARTS } from './date-parts.ts'
import { DATES } from './dates.ts'
import { FUNCTIONS } from './functions.ts'
import { LOGIC } from './logic.ts'
import { LOOPS } from './loops.ts'
import { OBJECTS } from './objects.ts'
import type { Operator } from './scope.ts'
import { SETS } from './sets.ts'
import { REFUSED, STRINGS } from './strings.ts'

/** Every operator of expressions by its name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...ARITHMETIC,
    ...FUNCTIONS,
    ...LOGIC,
    ...ARRAYS,
    ...LOOPS,
    ...SETS,
    ...STRINGS,
    ...CONVERT,
    ...DATES,
    ...DATE_PARTS,
    ...OBJECTS,
    ...LIST_ACCUMULATORS,
    ...REFUSED,
  }),
)
