import type { Activity } from '#shared/activity.ts'

/** A deal won by Ana over 1,000.00 EUR, changed as a test needs. */
export function activity(changes: Partial<Activity> = {}): Activity {
  return {
    key: 'deal-1',
    revision: 1,
    kind: 'deal.won',
    credits: [{ personId: 'ana', weightBp: 10_000 }],
    occurredAtMs: Date.parse('2026-11-20T09:00:00Z'),
    recordedAtMs: Date.parse('2026-11-20T09:00:01Z'),
    valueMinor: 100_000,
    currency: 'EUR',
    quantity: 1,
    attributes: {},
    voided: false,
    evidence: 'automatic',
    ...changes,
  }
}
