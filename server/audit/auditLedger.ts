import { reconcile } from '#shared/ledger.ts'
import { worthOf } from '#shared/scoring.ts'
import { revisionsOf } from '../data/activities.ts'
import type { Definitions } from '../data/definitions.ts'
import { entriesOfActivities } from '../data/ledger.ts'
import type { Mongo } from '../data/mongo.ts'
import { resolveActivity } from '../data/resolve.ts'
import type { Report } from './difference.ts'

const perBatch = 1000

/** Is the ledger what the activities alone are worth? */
export async function auditLedger(mongo: Mongo, definitions: Definitions, report: Report): Promise<void> {
  let looked = 0
  for await (const keys of keysOf(mongo, definitions.organization.id, 'activities')) {
    const revisions = await revisionsOf(mongo, keys)
    const ledger = await entriesOfActivities(mongo, keys)
    const { zone, currency } = definitions.organization
    for (const [key, [newest]] of revisions) {
      if (!newest) continue
      const { activity } = resolveActivity(newest, definitions)
      const want = worthOf(activity, { ...definitions, zone, currency })
      for (const missing of reconcile(ledger.get(key) ?? [], want, 0))
        report.difference({
          what: 'ledger',
          where: `activity ${newest.externalId} of source ${newest.sourceId}, entry ${missing.id}`,
          expected: missing.reverses ? 'cancelled' : JSON.stringify(missing.lines),
          found: missing.reverses ? 'still counted' : 'missing',
        })
    }
    looked += keys.length
    report.progress('ledger', looked)
  }
  for await (const keys of keysOf(mongo, definitions.organization.id, 'entries')) {
    const known = await revisionsOf(mongo, keys)
    for (const key of keys)
      if (!known.has(key))
        report.difference({
          what: 'ledger',
          where: `activity key ${key}`,
          expected: 'no entries',
          found: 'entries without an activity',
        })
  }
}

async function* keysOf(mongo: Mongo, org: string, collection: 'activities' | 'entries'): AsyncGenerator<string[]> {
  const field = collection === 'activities' ? 'key' : 'activityKey'
  const cursor = mongo[collection].collection.find({ org }, { projection: { [field]: 1 }, batchSize: 5000 })
  let keys = new Set<string>()
  for await (const doc of cursor) {
    keys.add(String(doc[field]))
    if (keys.size < perBatch) continue
    yield [...keys]
    keys = new Set()
  }
  if (keys.size > 0) yield [...keys]
}
