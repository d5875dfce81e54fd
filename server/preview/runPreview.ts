import type { Preview } from '#shared/contract/preview.ts'
import { dayStartMs } from '#shared/period.ts'
import { createPreview, type PreviewQuestion } from '#shared/preview.ts'
import type { Definitions } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { resolveActivity } from '../data/resolve.ts'
import { activitiesInWindow } from '../data/window.ts'
import { Refusal } from '../http/problems.ts'

const mostRevisions = 20_000
const mostMs = 10_000
const peopleListed = 20

/**
 * Answers a preview's question from the stored activities of local days [fromDay, toDay); of at most 20,000 revisions, in at
 * most 10 s.
 */
export async function runPreview(
  mongo: Mongo,
  definitions: Definitions,
  question: PreviewQuestion,
  { fromDay, toDay, most = mostRevisions }: { fromDay: string; toDay: string; most?: number },
): Promise<Preview> {
  if (fromDay >= toDay)
    throw new Refusal(422, 'preview.days', 'The days end after they begin', {
      issues: [{ path: 'body.toDay', message: 'Must be after the first day' }],
    })
  const { id: org, zone } = definitions.organization
  const window = { org, fromMs: dayStartMs(fromDay, zone), toMs: dayStartMs(toDay, zone), most: most + 1 }
  const preview = createPreview(question)
  const untilMs = performance.now() + mostMs
  let read = 0
  let cut = false
  for await (const chunk of activitiesInWindow(mongo, window)) {
    for (const doc of chunk.newest) preview.add(resolveActivity(doc, definitions).activity)
    read += chunk.read
    // Corrections take room too, though they are no further activities.
    cut = read > most || performance.now() > untilMs
    if (cut) break
  }
  return preview.answer((personId) => definitions.people.get(personId)?.name ?? '', peopleListed, cut)
}
