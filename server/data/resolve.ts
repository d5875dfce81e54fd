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
    const personId = personOf(personIds, doc.sourceId, person)
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

/** Whom a source means by a name; a name that was assigned by hand is an identity of that source, whatever its form. */
export function personOf(personIds: ReadonlyMap<string, string>, sourceId: string, ref: PersonRef): string | undefined {
  for (const name of personNames(sourceId, ref)) {
    const personId = personIds.get(name)
    if (personId !== undefined) return personId
  }
  return undefined
}

/** Keys of `personIds` by which the people of an activity may be found. */
export function creditNames({ sourceId, credits }: ActivityDoc): string[] {
  return credits.flatMap(({ person }) => personNames(sourceId, person))
}

function personNames(sourceId: string, ref: PersonRef): string[] {
  const own = 'id' in ref ? [`id:${ref.id}`] : 'email' in ref ? [`email:${ref.email}`] : []
  return [...own, `external:${sourceId}:${refText(ref)}`]
}

/** What the source called the person. */
export function refText(ref: PersonRef): string {
  if ('id' in ref) return ref.id
  return 'email' in ref ? ref.email : ref.externalId
}
