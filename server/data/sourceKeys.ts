import type { Source } from '#shared/contract/source.ts'
import type { ApiKeyDoc, SourceDoc } from './identityCollections.ts'
import type { Mongo } from './mongo.ts'
import { newToken, tokenHash } from './tokens.ts'

/** Most sources of an organization. */
export const maxSources = 100
/** Most keys of a source that are not revoked. */
export const maxKeys = 10
const maxKeysListed = 30
const hintLength = 8

/** All sources of an organization with how their keys begin, by name. */
export async function listSources(mongo: Mongo, org: string): Promise<Source[]> {
  const [sources, keys] = await Promise.all([
    mongo.sources.find({ org }).sort({ name: 1, _id: 1 }).limit(maxSources).lean(),
    mongo.apiKeys
      .find({ org })
      .sort({ createdAt: -1 })
      .limit(maxSources * maxKeysListed)
      .lean(),
  ])
  const bySource = Map.groupBy(keys, (one) => one.sourceId)
  return sources.map((source) => sourceView(source, bySource.get(source._id) ?? []))
}

/** One source, or `null`. */
export async function readSource(mongo: Mongo, org: string, id: string): Promise<Source | null> {
  const source = await mongo.sources.findOne({ _id: id, org }).lean()
  if (!source) return null
  return sourceView(source, await mongo.apiKeys.find({ org, sourceId: id }).sort({ createdAt: -1 }).limit(100).lean())
}

/** A source as admins see it. */
export function sourceView(
  { _id, name, active, createdAt, lastActivityAt }: SourceDoc,
  keys: readonly ApiKeyDoc[],
): Source {
  return {
    id: _id,
    name,
    active,
    createdAtMs: createdAt.getTime(),
    lastAtMs: lastActivityAt?.getTime() ?? null,
    keys: keys.slice(0, maxKeysListed).map((key) => ({
      hint: key.hint,
      createdAtMs: key.createdAt.getTime(),
      revokedAtMs: key.revokedAt?.getTime() ?? null,
    })),
  }
}

/** Makes a key of a source; the whole of it is known only here. `taken` are the beginnings of its other keys. */
export async function createKey(
  mongo: Mongo,
  { org, sourceId, scopes, taken }: { org: string; sourceId: string; scopes: string[]; taken: ReadonlySet<string> },
): Promise<{ key: string; hint: string }> {
  let key: string
  do key = `pb_${newToken()}`
  while (taken.has(key.slice(0, hintLength)))
  const hint = key.slice(0, hintLength)
  await mongo.apiKeys.create({
    _id: tokenHash(key),
    org,
    sourceId,
    hint,
    scopes,
    createdAt: new Date(),
    revokedAt: null,
  })
  return { key, hint }
}

/** Revokes a key by how it begins; answers whether there was one. */
export async function revokeKey(
  mongo: Mongo,
  { org, sourceId, hint }: { org: string; sourceId: string; hint: string },
): Promise<boolean> {
  const { matchedCount } = await mongo.apiKeys.updateOne(
    { org, sourceId, hint, revokedAt: null },
    { $set: { revokedAt: new Date() } },
  )
  return matchedCount > 0
}

/** Has a source ever sent anything? Says yes when it cannot be told in time. */
export async function hasSent(mongo: Mongo, { org, _id, lastActivityAt }: SourceDoc): Promise<boolean> {
  if (lastActivityAt !== null) return true
  try {
    return (await mongo.activities.collection.findOne({ org, sourceId: _id }, { maxTimeMS: 3000 })) !== null
  } catch (error) {
    // Not found in time among all that others have sent.
    if ((error as { code?: unknown }).code === 50) return true
    throw error
  }
}
