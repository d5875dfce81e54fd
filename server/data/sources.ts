import type { Mongo } from './mongo.ts'

/** The source of what people enter by themselves. */
export function manualSourceId(org: string): string {
  return `${org}-manual`
}

/** Makes sure that own entries have their source. */
export async function ensureManualSource(mongo: Mongo, org: string): Promise<void> {
  await mongo.sources.updateOne(
    { _id: manualSourceId(org), org },
    { $setOnInsert: { name: 'Own entries', createdAt: new Date(), lastActivityAt: null, active: true } },
    { upsert: true },
  )
}
