import { auditOrganization } from '../audit/audit.ts'
import type { Difference } from '../audit/difference.ts'
import { organizationIds, progressLine, runCommand } from './command.ts'

const mostShown = 1000

await runCommand(async (stores) => {
  const differences: Difference[] = []
  for (const org of await organizationIds(stores)) {
    const line = progressLine()
    await auditOrganization(stores, org, {
      difference: (one) => differences.push(one),
      progress: (what, looked) => line.show(`${org}: ${what} ${looked}`),
    })
    line.end()
  }
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
