import type { ImportProfile } from '#shared/contract/import.ts'
import type { Mongo } from './mongo.ts'
import { newId } from './tokens.ts'

/** Mappings that a source keeps. */
const maxProfiles = 50

/** The mappings that a source keeps, the newest first. */
export async function listProfiles(mongo: Mongo, org: string, sourceId: string): Promise<ImportProfile[]> {
  const docs = await mongo.importProfiles.find({ org, sourceId }).sort({ savedAt: -1 }).limit(maxProfiles).lean()
  return docs.map(({ _id, name, mapping, people }) => ({ id: _id, name, mapping, people }))
}

/** Keeps a mapping under its name, in place of the one that had it; beyond fifty the oldest goes. */
export async function saveProfile(
  mongo: Mongo,
  { org, sourceId, name, mapping, people }: Omit<ImportProfile, 'id'> & { org: string; sourceId: string },
): Promise<void> {
  await mongo.importProfiles.updateOne(
    { org, sourceId, name },
    { $set: { mapping, people, savedAt: new Date() }, $setOnInsert: { _id: newId() } },
    { upsert: true },
  )
  const old = await mongo.importProfiles
    .find({ org, sourceId }, { _id: 1 })
    .sort({ savedAt: -1 })
    .skip(maxProfiles)
    .limit(100)
    .lean()
  if (old.length > 0) await mongo.importProfiles.deleteMany({ org, _id: { $in: old.map(({ _id }) => _id) } })
}
