import type { BadgeRequest } from '#shared/badge.ts'

/** A badge for three calls in a day, as a manager asks for it; what was before it counts for nothing. */
export const threeCalls: BadgeRequest = {
  name: { en: 'Three calls' },
  icon: 'phone',
  metricId: 'calls',
  cycle: { every: 'day' },
  threshold: 3,
  scope: 'person',
  revocable: true,
  active: true,
  past: 'none',
}
