/** What a test's writers were told, and what they asked for without an answer. */
export class Ledger {
  /** keys of deals whose insert was acknowledged */
  readonly inserted = new Set<string>()
  /** keys of deals whose delete was asked for */
  readonly deleting = new Set<string>()
  /** of these, acknowledged */
  readonly deleted = new Set<string>()
  /** keys of pairs, written by a transaction, that were acknowledged */
  readonly pairs = new Set<string>()
  /** account by account: the last version acknowledged, and the last one asked for */
  readonly versions = new Map<string, number>()
  readonly asked = new Map<string, number>()
}
