import type { Mongo } from '../data/mongo.ts'
import type { UserPrincipal } from '../http/principal.ts'

interface Screen {
  data: { principal: UserPrincipal }
  disconnect(close: boolean): unknown
}

/** Lets go of screens whose session has ended, or whose user has other rights by now: the news of it may have been missed. */
export async function endLostSessions(screens: Iterable<Screen>, mongo: Mongo): Promise<void> {
  const all = [...screens]
  const ids = (of: 'sessionId' | 'userId') => ({ $in: [...new Set(all.map(({ data }) => data.principal[of]))] })
  const [sessions, users] = await Promise.all([
    mongo.sessions.find({ _id: ids('sessionId') }, { _id: 1 }).lean(),
    mongo.users.find({ _id: ids('userId'), active: true }, { role: 1, personId: 1, teamId: 1 }).lean(),
  ])
  const open = new Set(sessions.map(({ _id }) => _id))
  const byId = new Map(users.map((user) => [user._id, user]))
  const holds = ({ sessionId, userId, role, personId, teamId }: UserPrincipal) => {
    const user = byId.get(userId)
    return open.has(sessionId) && user?.role === role && user.personId === personId && user.teamId === teamId
  }
  for (const screen of all) if (!holds(screen.data.principal)) screen.disconnect(true)
}
