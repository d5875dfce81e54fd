import { openQueues } from '../data/queues.ts'
import { rebuildOrganization } from '../data/rebuild.ts'
import { organizationIds, progressLine, readFlags, runCommand } from './command.ts'
import { scoreAgain } from './untilScored.ts'

await runCommand(async (stores, config) => {
  const { ledger } = readFlags({ ledger: { type: 'boolean', default: false } }, 'npm run rebuild [-- --ledger]')
  const queues = openQueues(stores.redis)
  const orgs = await organizationIds(stores)
  if (orgs.length === 0)
    console.log(
      'There is no organization here, so there is nothing to rebuild. If npm start was given another --data-dir, set DATA_DIR to it.',
    )
  for (const org of orgs) {
    if (ledger) await scoreAgain({ stores, queues, config }, org)
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
  await queues.close()
  return 0
})
