/** What operators and tests may change while the server runs; `setParameter` says what may stand in each. */
export interface Parameters {
  /** whether documents past their TTL are removed */
  ttlMonitorEnabled: boolean
  /** seconds from one removal to the next */
  ttlMonitorSleepSecs: number
  /** how long a transaction may stay open */
  transactionLifetimeLimitSeconds: number
  /** how long a cursor may stay unused, in milliseconds */
  cursorTimeoutMillis: number
}

/** The parameters of a server that has just started. */
export const newParameters = (): Parameters => ({
  ttlMonitorEnabled: true,
  ttlMonitorSleepSecs: 60,
  transactionLifetimeLimitSeconds: 60,
  cursorTimeoutMillis: 600_000,
})
