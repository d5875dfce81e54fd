import type { ActivityDoc } from '#server/data/documents.ts'
import type { Activity } from '#shared/activity.ts'
import type { Entry } from '#shared/entry.ts'

/** An activity that a pass took to the ledger, for all that follows from it. */
export interface ScoredActivity {
  /** All revisions, newest first. */
  docs: ActivityDoc[]
  /** The newest one, with its people. */
  activity: Activity
  /** The entries that are live now. */
  live: readonly Entry[]
  /** The ledger knew it before: it was corrected, scored before, or a pass died on the way. */
  known: boolean
}
