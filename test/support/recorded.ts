import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import type { House } from './house.ts'
import type { Sent } from './sent.ts'

/** An activity and when it was learned. */
export interface Recorded {
  sent: Sent
  recordedAtMs: number
}

/** Stores activities as if they had been received at those instants, and nothing more: see `house.settle`. */
export async function record(house: House, recorded: readonly Recorded[]): Promise<void> {
  const docs = recorded.map(({ sent, recordedAtMs }) => {
    const parsed = parseActivity(sent, 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: recordedAtMs })
    if (isRejection(parsed)) throw new Error(parsed.message)
    return { ...parsed, pendingSince: new Date(0) }
  })
  await storeActivities(house.web.stores.mongo, docs)
}
