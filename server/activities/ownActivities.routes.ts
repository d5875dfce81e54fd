import { ingestResultSchema, type OwnActivityInput, ownActivityInputSchema } from '#shared/contract/activities.ts'
import { manualSourceId } from '#shared/ownEntries.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import type { Mongo } from '../data/mongo.ts'
import { ensureManualSource } from '../data/sources.ts'
import { Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { ActivityServices } from './activities.routes.ts'

const oldestMs = 7 * 86_400_000

/** What people enter by themselves: taken like any other activity, and marked as self-reported. */
export function ownActivityRoutes(
  mongo: Mongo,
  { inbox, noteFreshness, nowMs }: Omit<ActivityServices, 'limit'>,
): Route[] {
  const known = new Set<string>()
  return [
    route({
      method: 'post',
      path: '/my/activities',
      summary: 'Enter an activity of one’s own, of the last seven days; the same id again does nothing',
      permit: 'rep',
      body: ownActivityInputSchema,
      answer: ingestResultSchema,
      status: 202,
      async handle({ principal: { org, personId }, body }) {
        if (personId === null)
          throw new Refusal(409, 'my.no_person', 'You are not a person of the floor, so nothing can be entered for you')
        const receivedAtMs = nowMs()
        if (Date.parse(body.occurredAt) < receivedAtMs - oldestMs)
          throw refused('activity.too_old', 'occurredAt', 'It happened more than seven days ago')
        if (!known.has(org)) await ensureManualSource(mongo, org)
        known.add(org)
        const sourceId = manualSourceId(org)
        const doc = parseActivity(activityOf(personId, body), 0, { org, sourceId, receivedAtMs })
        if (isRejection(doc)) throw refused(doc.code, doc.path, doc.message)
        const storing = inbox.store([doc])
        noteFreshness(org, sourceId, receivedAtMs)
        const [outcome] = await storing
        if (outcome === 'conflict')
          throw new Refusal(409, 'activity.conflict', 'Something else was entered under this id already')
        const accepted = outcome === 'accepted' ? 1 : 0
        return { accepted, duplicate: 1 - accepted, rejected: [] }
      },
    }),
  ]
}

function activityOf(personId: string, { id, note, account, ...body }: OwnActivityInput): unknown {
  return {
    ...body,
    externalId: `${personId}.${id}`,
    person: { id: personId },
    attributes: { ...(note === '' ? {} : { note }), ...(account === '' ? {} : { account }) },
    evidence: 'self-reported',
  }
}

function refused(code: string, path: string, message: string): Refusal {
  return new Refusal(422, code, message, { issues: [{ path: `body.${path}`, message }] })
}
