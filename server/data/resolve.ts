import type { Activity, Credit, PersonRef } from '#shared/activity.ts'
import type { Definitions } from './definitions.ts'
import type { ActivityDoc } from './documents.ts'

/** A stored activity with its people found; `unmatched` when one of them is not known yet. */
export function resolveActivity(
  doc: ActivityDoc,
  { personIds }: Pick<Definitions, 'personIds'>,
): { activity: Activity; unmatched: boolean } {
  const total = doc.credits.reduce((sum, { weight }) => sum + weight, 0)
  const credits: Credit[] = []
  for (const { person, weight } of doc.credits) {
    const personId = personIds.get(refKey(doc.sourceId, person))
    if (personId !== undefined) credits.push({ personId, weightBp: Math.round((weight * 10_000) / total) })
  }
  const unmatched = credits.length < doc.credits.length
  return {
    unmatched,
    activity: {
      key: doc.key,
      revision: doc.revision,
      kind: doc.kind,
      // All or nothing: a part scored now would have to be taken back when the other person is mapped.
      credits: unmatched ? [] : credits,
      occurredAtMs: doc.occurredAt.getTime(),
      recordedAtMs: doc.recordedAt.getTime(),
      valueMinor: doc.valueMinor,
      currency: doc.currency,
      quantity: doc.quantity,
      attributes: doc.attributes,
      voided: doc.voided,
      evidence: doc.evidence,
    },
  }
}

/** How the people of an activity are named, as keys of `personIds`. */
export function creditRefs({ sourceId, credits }: ActivityDoc): string[] {
  return credits.map(({ person }) => refKey(sourceId, person))
}

/** The name of a person in `Definitions.personIds`. */
export function refKey(sourceId: string, person: PersonRef): string {
  if ('id' in person) return `id:${person.id}`
  return 'email' in person ? `email:${person.email}` : `external:${sourceId}:${person.externalId}`
}
