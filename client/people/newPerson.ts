import type { PersonInput } from '#shared/person.ts'

/** Somebody of whom nothing is known yet. */
export function newPerson(): PersonInput {
  return {
    name: '',
    email: null,
    memberships: [],
    identities: [],
    track: null,
    tier: null,
    hiredOn: null,
    leaveDays: [],
    locale: null,
    active: true,
  }
}
