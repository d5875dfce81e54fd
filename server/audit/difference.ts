/** One place where something derived is not what it should be. */
export interface Difference {
  what: 'ledger' | 'tally' | 'badge' | 'streak' | 'board' | 'contest'
  where: string
  expected: string
  found: string
}

/** Where differences go; `progress` is told how much has been looked at. */
export interface Report {
  difference(difference: Difference): void
  progress(what: Difference['what'], looked: number): void
}
