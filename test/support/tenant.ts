import type { UserDoc } from '#server/data/identityCollections.ts'
import type { Mongo } from '#server/data/mongo.ts'
import { openSession } from '#server/data/sessions.ts'
import { createKey } from '#server/data/sourceKeys.ts'

/** Stores a source; answers its key, which may send activities. */
export async function addSource(
  mongo: Mongo,
  { org, sourceId, name }: { org: string; sourceId: string; name: string },
): Promise<string> {
  await mongo.sources.create({ _id: sourceId, org, name, createdAt: new Date(), lastActivityAt: null, active: true })
  return (await createKey(mongo, { org, sourceId, scopes: ['activities:write'], taken: new Set() })).key
}

/** Stores a user and signs it in; answers the session's token. */
export async function addUser(
  mongo: Mongo,
  user: Pick<UserDoc, '_id' | 'org' | 'name' | 'role'> & Partial<UserDoc>,
): Promise<string> {
  const nothing = { email: null, passwordHash: null, personId: null, teamId: null }
  await mongo.users.create({ ...nothing, active: true, createdAt: new Date(), ...user })
  return (await openSession(mongo, user)).token
}
