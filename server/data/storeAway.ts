/** What a database answers that another node, or the same one in a moment, would do: the codes that drivers try again by. */
const passing = new Set([
  6, 7, 24, 43, 50, 64, 89, 91, 112, 134, 189, 237, 262, 9001, 10107, 11600, 11602, 13435, 13436,
])
/** Out of disk space: nothing can be stored until somebody makes room. */
const diskFull = 14031
const passingLabels = ['RetryableWriteError', 'RetryableError', 'PoolRequestedRetry', 'SystemOverloadedError']

const names =
  /^(Mongo(Network|ServerSelection|PoolCleared|NotConnected|Topology|WaitQueueTimeout|OperationTimeout)|MaxRetriesPerRequestError$|LockTimeout$|StoreTimeout$)/
const redisAway =
  /\b(READONLY|CLUSTERDOWN|LOADING|MASTERDOWN|NOREPLICAS|MISCONF|OOM)\b|Cluster isn't ready|Cluster redirections|connection close|Stream isn't writeable|Connection is closed|Command timed out/
const systemAway = /\b(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)\b|ENOENT.*sock/

interface StoreError {
  name?: string
  message?: string
  code?: number | string
  errorLabels?: readonly string[]
  cause?: unknown
  /** What a bulk write failed with as a whole. */
  errorResponse?: unknown
}

/** Does an error say that a store is away, hangs, or cannot do what it is asked just now? Then asking again later helps. */
export function isStoreAway(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false
  const { name = '', message = '', code, errorLabels, cause, errorResponse } = error as StoreError
  return (
    names.test(name) ||
    (typeof code === 'number' && (passing.has(code) || code === diskFull)) ||
    (Array.isArray(errorLabels) && passingLabels.some((label) => errorLabels.includes(label))) ||
    redisAway.test(message) ||
    systemAway.test(message) ||
    [cause, errorResponse].some((inner) => isStoreAway(inner, depth + 1))
  )
}
