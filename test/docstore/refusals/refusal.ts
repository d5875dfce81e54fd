import { type Document, Long } from 'bson'

/**
 * One thing MongoDB refuses: what it is, the command, the code, and a piece of the message where it is documented. A command on
 * the collection `any` is sent twice, to one with documents and to one that does not exist.
 */
export type Refusal = readonly [what: string, command: Document, code: number, says?: string]

/** MongoDB's names of the codes in these tables; codes that are not here are called LocationNNN. */
export const CODE_NAMES: Readonly<Record<number, string>> = {
  2: 'BadValue',
  5: 'GraphContainsCycle',
  9: 'FailedToParse',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  68: 'IndexAlreadyExists',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  111: 'NotExactValueField',
  117: 'ConflictingOperationInProgress',
  125: 'CommandFailed',
  166: 'CommandNotSupportedOnView',
  167: 'OptionNotSupportedOnView',
  168: 'InvalidPipelineOperator',
  181: 'AmbiguousIndexKeyPattern',
  217: 'IncompleteTransactionHistory',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  197: 'InvalidIndexSpecificationOption',
  224: 'QueryFeatureNotAllowed',
  225: 'TransactionTooOld',
  241: 'ConversionFailure',
  251: 'NoSuchTransaction',
  256: 'TransactionCommitted',
  263: 'OperationNotSupportedInTransaction',
  232: 'MaxSubPipelineDepthExceeded',
  11000: 'DuplicateKey',
  13297: 'DatabaseDifferCase',
  31082: 'SearchNotEnabled',
}

/** The documents of the collection `full`. */
export const FULL: readonly Document[] = [
  {
    _id: 1,
    n: 1,
    s: 'x',
    d: 1.5,
    nothing: null,
    list: [1, 2, 3],
    docs: [{ k: 1 }, { k: 2 }],
    o: { p: 1 },
    most: Long.MAX_VALUE,
  },
  { _id: { a: 1 }, n: 2 },
]

/** An update of the document `_id: 1`. */
export const updating = (u: unknown, more: Document = {}): Document => ({
  update: 'any',
  updates: [{ q: { _id: 1 }, u, ...more }],
})

/** The same where there must be a document for it to be refused. */
export const changing = (u: unknown, more: Document = {}): Document => ({ ...updating(u, more), update: 'full' })
