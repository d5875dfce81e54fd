import { type Role, reaches } from '#shared/contract/session.ts'
import { Refusal } from './problems.ts'

/** Scopes of API keys. */
export const scopes = ['activities:write'] as const
export type Scope = (typeof scopes)[number]

/** Who asks: a signed-in user, or a source with a key. */
export type Principal =
  | {
      type: 'user'
      org: string
      userId: string
      sessionId: string
      name: string
      role: Role
      personId: string | null
      teamId: string | null
    }
  | { type: 'source'; org: string; sourceId: string; scopes: readonly string[] }
export type UserPrincipal = Extract<Principal, { type: 'user' }>
export type SourcePrincipal = Extract<Principal, { type: 'source' }>

/** Who may: anybody, a user with at least this role, or a source with this scope. */
export type Permit = 'public' | Role | { scope: Scope }

/** Throws 401 or 403 unless the principal is permitted. */
export function checkPermit(permit: Permit, principal: Principal | null): void {
  if (permit === 'public') return
  if (!principal) throw new Refusal(401, 'session.missing', 'Sign in, or send an API key, first')
  const allowed =
    typeof permit === 'object'
      ? principal.type === 'source' && principal.scopes.includes(permit.scope)
      : principal.type === 'user' && reaches(principal.role, permit)
  if (!allowed) throw new Refusal(403, 'permission.denied', 'You may not do this')
}
