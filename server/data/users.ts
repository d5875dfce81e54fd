import type { SessionView } from '#shared/contract/session.ts'
import type { User } from '#shared/contract/user.ts'
import { definitionsOf } from './definitions.ts'
import type { UserDoc } from './identityCollections.ts'
import type { Mongo } from './mongo.ts'
import { isDuplicateKey } from './schema.ts'

/** Most users of an organization. */
export const maxUsers = 20_000

/** Who signs in with an e-mail address; inactive ones too. */
export async function userOfEmail(mongo: Mongo, email: string): Promise<UserDoc | null> {
  return await mongo.users.findOne({ email }).lean()
}

/** The users of an organization that come after one of them, by name. */
export async function listUsers(
  mongo: Mongo,
  org: string,
  { after, limit }: { after: UserDoc | null; limit: number },
): Promise<User[]> {
  const later = after && { $or: [{ name: { $gt: after.name } }, { name: after.name, _id: { $gt: after._id } }] }
  const found = mongo.users.find({ org, ...later }).sort({ name: 1, _id: 1 })
  return (await found.limit(limit).maxTimeMS(10_000).lean()).map(userView)
}

/** A user as admins see it. */
export function userView({ _id, name, role, personId, teamId, email, active, createdAt }: UserDoc): User {
  return { id: _id, name, role, personId, teamId, email, active, createdAtMs: createdAt.getTime() }
}

/** Stores a new user; `false` when somebody has that e-mail address already. */
export async function insertUser(mongo: Mongo, user: UserDoc): Promise<boolean> {
  return await unlessTaken(() => mongo.users.create(user))
}

/** Changes fields of a user; `false` when somebody has that e-mail address already. */
export async function updateUser(
  mongo: Mongo,
  { org, userId }: { org: string; userId: string },
  fields: Partial<Omit<UserDoc, '_id' | 'org'>>,
): Promise<boolean> {
  return await unlessTaken(() => mongo.users.updateOne({ _id: userId, org }, { $set: fields }))
}

async function unlessTaken(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** The body of GET /session, or `null` when the user is gone. */
export async function readSessionView(mongo: Mongo, org: string, userId: string): Promise<SessionView | null> {
  const [definitions, user] = await Promise.all([
    definitionsOf(mongo, org),
    mongo.users.findOne({ _id: userId, org }).lean(),
  ])
  if (!definitions || !user) return null
  const { name, email, role, personId, teamId } = user
  return { user: { id: userId, name, email, role, personId, teamId }, organization: definitions.organization }
}
