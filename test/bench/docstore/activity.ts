/** A document like those Pitboard stores. */
export interface Activity {
  _id: string
  org: string
  source: string
  externalId: string
  revision: number
  personId: string
  pending: Date | null
  body: { kind: string; amountCents: number; currency: string; tags: string[] }
  at: Date
}

export const BATCH = 100
export const PEOPLE = 500

/** The nth activity; ids come in no order, as random ones do. */
export const activity = (n: number): Activity => ({
  _id: `act_${((n * 2654435761) % 4294967296).toString(16).padStart(8, '0')}${n.toString(16)}`,
  org: 'org_1',
  source: 'crm',
  externalId: `ext-${n}`,
  revision: 1,
  personId: `person_${n % PEOPLE}`,
  pending: new Date(1_700_000_000_000 + n),
  body: { kind: 'deal.won', amountCents: n * 7, currency: 'EUR', tags: ['new', 'q4'] },
  at: new Date(1_700_000_000_000 + n * 1000),
})

/** What every collection of the bench is indexed by, beside _id. */
export const INDEXES = [
  { key: { org: 1, source: 1, externalId: 1, revision: 1 }, name: 'identity', unique: true },
  { key: { org: 1, personId: 1, at: 1 }, name: 'person' },
  { key: { org: 1, pending: 1 }, name: 'pending' },
]
