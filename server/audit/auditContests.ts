import { knownThen, resultOf } from '../data/contestOutcome.ts'
import { contestById } from '../data/contests.ts'
import type { ContestOutcomeDoc } from '../data/gameDocuments.ts'
import type { Mongo } from '../data/mongo.ts'
import type { Report } from './difference.ts'

/** Does every stored contest result follow from the activities alone? */
export async function auditContests(mongo: Mongo, org: string, report: Report): Promise<void> {
  let looked = 0
  const cursor = mongo.contestResults.collection.find({ org, result: { $ne: null } }, { batchSize: 100 })
  for await (const doc of cursor) {
    const outcome = doc as unknown as ContestOutcomeDoc
    const contest = await contestById(mongo, org, outcome.contestId)
    const found = contest && (await resultOf(mongo, { org, contest, ...knownThen(outcome) }))
    if (found?.hash !== outcome.hash)
      report.difference({
        what: 'contest',
        where: `result of contest ${outcome.contestId}`,
        expected: found?.hash ?? 'a contest',
        found: outcome.hash ?? 'no hash',
      })
    looked += 1
    report.progress('contest', looked)
  }
}
