import type { Definitions } from '../data/definitions.ts'
import type { StreakRunDoc } from '../data/gameDocuments.ts'
import type { FoldedPerson } from '../data/memberTallies.ts'
import type { Mongo } from '../data/mongo.ts'
import { runDoc, runId, runsById } from '../data/streakRuns.ts'
import type { Report } from './difference.ts'

/**
 * Are a person's stored last runs what the days that the ledger alone folds to give? Lengths are worked out whenever they
 * are read; what is stored only saves passes work. So a run that is not there yet, or was worked out by an earlier rule,
 * calendar or leave, is not wrong: the next pass that touches the person does it.
 */
export async function auditStreaks(
  mongo: Mongo,
  definitions: Definitions,
  { personId, pages }: FoldedPerson,
  report: Report,
): Promise<void> {
  const streaks = definitions.streaks.filter((streak) => streak.active)
  const stored = await runsById(
    mongo,
    streaks.map((streak) => runId(streak, personId)),
  )
  const person = definitions.people.get(personId) ?? { id: personId, leaveDays: [] }
  for (const streak of streaks) {
    const run = stored.get(runId(streak, personId))
    if (!run) continue
    const { doc } = runDoc(definitions, streak, person, pages)
    const [expected, found] = [doc, run].map(textOf)
    if (doc.basis === run.basis && expected !== found)
      report.difference({ what: 'streak', where: `run ${run._id}`, expected: `${expected}`, found: `${found}` })
  }
}

function textOf({ fromDay, lastDay, days, best }: StreakRunDoc): string {
  return JSON.stringify({ fromDay, lastDay, days, best })
}
