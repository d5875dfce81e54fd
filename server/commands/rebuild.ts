import { rebuildOrganization } from '../data/rebuild.ts'
import { organizationIds, progressLine, refuseFlags, runCommand } from './command.ts'

await runCommand(async (stores) => {
  refuseFlags('rebuild')
  for (const org of await organizationIds(stores)) {
    const line = progressLine()
    const startedMs = performance.now()
    let entries = 0
    await rebuildOrganization(stores, org, (progress) => {
      entries = progress.entries
      line.show(`${org}: ${progress.step} ${progress.done} of ${progress.total}, ${progress.entries} ledger entries`)
    })
    line.end()
    const seconds = (performance.now() - startedMs) / 1000
    console.log(`${org}: ${entries} ledger entries folded in ${seconds.toFixed(1)} s`)
  }
  return 0
})
