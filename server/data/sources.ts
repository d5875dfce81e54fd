import { manualSourceId, ownEntries } from '#shared/ownEntries.ts'
import type { Locale } from '#shared/text.ts'
import type { Mongo } from './mongo.ts'
import { newId } from './tokens.ts'

/** Makes sure that own entries have their source, named in the organization's language. */
export async function ensureManualSource(mongo: Mongo, org: string, locale: Locale = 'en'): Promise<void> {
  await mongo.sources.updateOne(
    { _id: manualSourceId(org), org },
    { $setOnInsert: { name: ownEntries[locale], createdAt: new Date(), lastActivityAt: null, active: true } },
    { upsert: true },
  )
}

/** Id of the source of a name, or `null`. */
export async function findSource(mongo: Mongo, org: string, name: string): Promise<string | null> {
  return (await mongo.sources.findOne({ org, $or: [{ name }, { _id: name }] }).lean())?._id ?? null
}

/** The source of a name, made when the organization has none of that name. Answers its id. */
export async function findOrMakeSource(mongo: Mongo, org: string, name: string): Promise<string> {
  const known = await findSource(mongo, org, name)
  if (known !== null) return known
  const made = { _id: newId(), org, name: name.slice(0, 80), createdAt: new Date(), lastActivityAt: null, active: true }
  await mongo.sources.create(made)
  return made._id
}
