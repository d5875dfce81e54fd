import { type Role, reaches } from '#shared/contract/session.ts'
import type { UserInput } from '#shared/contract/user.ts'
import type { Definitions } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { Refusal } from '../http/problems.ts'

/** Throws unless the person and team exist, nobody else is that person, and the role is not above the inviter's. */
export async function checkUserFields(
  mongo: Mongo,
  { org, role }: { org: string; role: Role },
  input: UserInput,
  userId: string | null,
): Promise<void> {
  if (!reaches(role, input.role)) throw new Refusal(403, 'user.role_above', 'Nobody can give a role above their own')
  const definitions = await knownDefinitions(mongo, org)
  checkReferences(definitions, input)
  if (input.personId === null) return
  const other = await mongo.users.findOne({ org, personId: input.personId, active: true }).lean()
  if (other && other._id !== userId)
    throw new Refusal(409, 'user.person_taken', 'Another user is this person already', {
      issues: [{ path: 'body.personId', message: 'Taken by another user' }],
    })
}

function checkReferences({ people, teams }: Definitions, { personId, teamId }: UserInput): void {
  const issues = []
  if (personId !== null && !people.has(personId))
    issues.push({ path: 'body.personId', message: 'There is no such person' })
  if (teamId !== null && !teams.has(teamId)) issues.push({ path: 'body.teamId', message: 'There is no such team' })
  if (issues.length > 0) throw new Refusal(422, 'user.reference', 'The user names what does not exist', { issues })
}

/** Throws when nobody would be left to administer the organization. */
export async function checkLastAdmin(mongo: Mongo, org: string, userId: string): Promise<void> {
  const others = await mongo.users.countDocuments({ org, role: 'admin', active: true, _id: { $ne: userId } })
  if (others === 0)
    throw new Refusal(409, 'user.last_admin', 'This is the last admin; make somebody else an admin first')
}
