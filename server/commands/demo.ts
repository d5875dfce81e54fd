import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationSettings } from '#shared/organization.ts'
import { openQueues } from '../data/queues.ts'
import type { Stores } from '../data/stores.ts'
import { newId, newToken } from '../data/tokens.ts'
import { loadDemo } from '../demo/loadDemo.ts'
import { runCommand } from './command.ts'

/** What is kept of a demo floor: its key and currency are the simulator's, and `loading` stands while it is loaded. */
interface Kept {
  org: string
  key: string
  currency: string
  loading: boolean
}

/** Loads the demo floor into empty stores; the last line says in JSON whether there is one that may be kept moving. */
await runCommand(async (stores, config) => {
  const file = join(config.DATA_DIR, 'demo.json')
  const before = read(file)
  // Of a load that was cut off nobody has seen anything: the links are printed after it.
  if (before?.loading) await forget(stores, before.org)
  if (await stores.mongo.organizations.exists({})) {
    console.log(JSON.stringify({ loaded: before !== null && !before.loading }))
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
  const keep = (loading: boolean) => {
    const kept: Kept = { org: plan.org, key: plan.key, currency: settings.currency, loading }
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 })
  }
  keep(true)
  const queues = openQueues(stores.redis)
  await loadDemo(stores, queues, { ...plan, onProgress: (text) => console.log(text) })
  await queues.close()
  keep(false)
  console.log(JSON.stringify({ loaded: true }))
  return 0
})

function read(file: string): Kept | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept
  } catch {
    return null
  }
}

async function forget({ mongo }: Stores, org: string): Promise<void> {
  for (const collection of (await mongo.connection.db?.collections()) ?? []) await collection.deleteMany({ org })
  await mongo.organizations.deleteOne({ _id: org })
}
