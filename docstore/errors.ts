const NAMES: Record<number, string> = {
  1: 'InternalError',
  2: 'BadValue',
  9: 'FailedToParse',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  56: 'EmptyFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  96: 'OperationFailed',
  100: 'UnsatisfiableWriteConcern',
  112: 'WriteConflict',
  115: 'CommandNotSupported',
  121: 'DocumentValidationFailure',
  166: 'CommandNotSupportedOnView',
  165: 'ViewDepthLimitExceeded',
  167: 'OptionNotSupportedOnView',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  181: 'AmbiguousIndexKeyPattern',
  197: 'InvalidIndexSpecificationOption',
  223: 'UnsupportedOpQueryCommand',
  225: 'TransactionTooOld',
  238: 'NotImplemented',
  251: 'NoSuchTransaction',
  256: 'TransactionCommitted',
  263: 'OperationNotSupportedInTransaction',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  10107: 'NotWritablePrimary',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  14031: 'OutOfDiskSpace',
}

/** MongoDB's name for an error code, `LocationNNN` for codes that have none. */
export const codeName = (code: number): string => NAMES[code] ?? `Location${code}`

/** What a client is told: a MongoDB error code, its sentence, and fields that go beside them in the reply. */
export class CommandError extends Error {
  readonly code: number
  readonly extra: Record<string, unknown>
  readonly labels: string[]
  constructor(code: number, message: string, extra: Record<string, unknown> = {}, labels: string[] = []) {
    // a stack costs more than the duplicate key it would describe
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = limit
    this.code = code
    this.extra = extra
    this.labels = labels
  }
}

/** An error that concerns one statement of a batch; those with labels, such as write conflicts, end the whole command. */
export const isStatementError = (error: unknown): error is CommandError =>
  error instanceof CommandError && error.labels.length === 0

/** Code 2, for filters and options that make no sense. */
export const badValue = (message: string): CommandError => new CommandError(2, message)

/** Code 14, for a value of the wrong BSON type. */
export const typeMismatch = (message: string): CommandError => new CommandError(14, message)
