import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationSettings } from '#shared/organization.ts'
import { openQueues } from '../data/queues.ts'
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
  const queues = openQueues(stores.redis)
  const keys = await loadDemo(stores.mongo, queues, {
    settings,
    nowMs: Date.now(),
    onProgress: (text) => console.log(text),
  })
  writeFileSync(join(config.DATA_DIR, 'demo.json'), JSON.stringify({ ...keys, currency: settings.currency }), {
    mode: 0o600,
  })
  await queues.close()
  console.log(JSON.stringify({ loaded: true }))
  return 0
})
