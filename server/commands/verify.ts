import { auditOrganization } from '../audit/audit.ts'
import type { Difference } from '../audit/difference.ts'
import { openQueues } from '../data/queues.ts'
import { organizationIds, progressLine, readFlags, runCommand } from './command.ts'
import { lastingDifferences } from './lastingDifferences.ts'
import { untilScored } from './untilScored.ts'

const mostShown = 1000
/** What to do about each kind of difference. */
const cures: Record<Difference['what'], string> = {
  ledger: 'npm run rebuild -- --ledger',
  tally: 'npm run rebuild',
  streak: 'npm run rebuild',
  board: 'npm run rebuild',
  badge: 'npm run rebuild, while Pitboard runs',
  contest: 'nothing but a backup, since a result stands as it was announced',
}

/** An operator who looks into the wrong folder must not be told that all is well. */
const nothingThere =
  'There is no organization here, so nothing was compared. If npm start was given another --data-dir, set DATA_DIR to it.'

await runCommand(async (stores, config) => {
  readFlags({}, 'npm run verify')
  const queues = openQueues(stores.redis)
  const differences: Difference[] = []
  const orgs = await organizationIds(stores)
  for (const org of orgs) {
    const lasting = await lastingDifferences(async (time) => {
      await untilScored({ stores, queues, config }, org)
      const found: Difference[] = []
      const line = progressLine()
      await auditOrganization(stores, org, {
        difference: (one) => found.push(one),
        progress: (what, looked) => line.show(`${org}${time > 1 ? ' once more' : ''}: ${what} ${looked}`),
      })
      line.end()
      return found
    })
    differences.push(...lasting)
  }
  await queues.close()
  for (const { what, where, expected, found } of differences.slice(0, mostShown))
    console.log(`${what}: ${where}: expected ${expected}, found ${found}`)
  if (differences.length > mostShown) console.log(`… and ${differences.length - mostShown} more`)
  console.log(orgs.length === 0 ? nothingThere : verdict(differences))
  return orgs.length === 0 || differences.length > 0 ? 1 : 0
})

function verdict(differences: readonly Difference[]): string {
  if (differences.length === 0)
    return 'Nothing differs: ledger, tallies, badges, streaks, boards and contest results are what the activities say.'
  const kinds = new Set(differences.map(({ what }) => what))
  const advice = [...kinds].map((what) => `${what}: ${cures[what]}`)
  return `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}. What mends them – ${advice.join('; ')}.`
}
