import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationSettings } from '#shared/organization.ts'
import { openQueues } from '../data/queues.ts'
import { newId, newToken } from '../data/tokens.ts'
import { loadDemo } from '../demo/loadDemo.ts'
import { runCommand } from './command.ts'

/** Loads the demo floor into empty stores; the last line says in JSON whether it did. */
await runCommand(async (stores, config) => {
  if (await stores.mongo.organizations.exists({})) {
    console.log(JSON.stringify({ loaded: false }))
    return 0
  }
  const settings: OrganizationSettings = {
    name: 'Brightwater',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: 'en',
    currency: 'EUR',
    weekStart: 1,
    fiscalYearStartMonth: 1,
    fiscalCalendar: 'months',
    calendar: { workingWeekdays: [1, 2, 3, 4, 5], exceptions: [] },
  }
  const plan = { org: newId(), key: `pb_${newToken()}`, settings, nowMs: Date.now() }
  // The simulator's file comes first: a load that is cut off leaves a floor that goes on, not one without a key.
  const file = join(config.DATA_DIR, 'demo.json')
  writeFileSync(file, JSON.stringify({ key: plan.key, currency: settings.currency }), { mode: 0o600 })
  const queues = openQueues(stores.redis)
  await loadDemo(stores, queues, { ...plan, onProgress: (text) => console.log(text) })
  await queues.close()
  console.log(JSON.stringify({ loaded: true }))
  return 0
})
