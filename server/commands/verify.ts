import { auditOrganization } from '../audit/audit.ts'
import type { Difference } from '../audit/difference.ts'
import { openQueues } from '../data/queues.ts'
import { organizationIds, progressLine, refuseFlags, runCommand } from './command.ts'
import { lastingDifferences } from './lastingDifferences.ts'
import { untilScored } from './untilScored.ts'

const mostShown = 1000

await runCommand(async (stores, config) => {
  refuseFlags('verify')
  const queues = openQueues(stores.redis)
  const differences: Difference[] = []
  for (const org of await organizationIds(stores)) {
    const lasting = await lastingDifferences(async (time) => {
      await untilScored(stores, queues, org, config)
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
  console.log(
    differences.length === 0
      ? 'Nothing differs: ledger, tallies, badges, streaks, boards and contest results are what the activities say.'
      : `${differences.length} differences. The ledger is put right by sending the activities again; tallies, badges, streaks and boards by npm run rebuild, badges while Pitboard runs.`,
  )
  return differences.length === 0 ? 0 : 1
})
