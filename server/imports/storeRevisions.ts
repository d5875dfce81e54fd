import { revisionsOf, type StoreOutcome, storeActivities } from '../data/activities.ts'
import type { ActivityDoc } from '../data/documents.ts'
import type { Mongo } from '../data/mongo.ts'

const maxRounds = 10

/**
 * Stores what a file says about each activity **now**: nothing when the newest revision says the same, else a revision
 * after the newest. Files have no revisions of their own, so a changed row is a correction.
 */
export async function storeRevisions(mongo: Mongo, docs: readonly ActivityDoc[]): Promise<StoreOutcome[]> {
  const outcomes: StoreOutcome[] = docs.map(() => 'duplicate')
  let open = docs.map((doc, index) => ({ doc, index }))
  for (let round = 0; open.length > 0; round++) {
    if (round > maxRounds) throw new Error('These activities are being changed by somebody else')
    const stored = await revisionsOf(mongo, [...new Set(open.map(({ doc }) => doc.key))])
    const fresh = new Map<string, { doc: ActivityDoc; index: number }>()
    const later: typeof open = []
    for (const one of open) {
      const newest = stored.get(one.doc.key)?.[0]
      if (newest?.digest === one.doc.digest) continue
      // The same activity twice in a file: the later row is a correction of the earlier one.
      if (fresh.has(one.doc.key)) later.push(one)
      else fresh.set(one.doc.key, { ...one, doc: nextRevision(one.doc, newest?.revision ?? 0) })
    }
    const writes = [...fresh.values()]
    const results = await storeActivities(
      mongo,
      writes.map(({ doc }) => doc),
    )
    const lost = writes.filter((_, at) => results[at] === 'conflict')
    for (const [at, { index }] of writes.entries()) if (results[at] === 'accepted') outcomes[index] = 'accepted'
    open = [...lost.map(({ doc, index }) => ({ doc, index })), ...later]
  }
  return outcomes
}

/** What storing them would do, for a dry run. */
export async function compareRevisions(mongo: Mongo, docs: readonly ActivityDoc[]): Promise<StoreOutcome[]> {
  const stored = await revisionsOf(mongo, [...new Set(docs.map(({ key }) => key))])
  const newest = new Map([...stored].map(([key, revisions]) => [key, revisions[0]?.digest]))
  return docs.map(({ key, digest }) => {
    const isKnown = newest.get(key) === digest
    newest.set(key, digest)
    return isKnown ? 'duplicate' : 'accepted'
  })
}

function nextRevision(doc: ActivityDoc, newest: number): ActivityDoc {
  return { ...doc, revision: newest + 1, _id: `${doc.key}.${newest + 1}` }
}
