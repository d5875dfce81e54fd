import type { BoardView } from '#shared/contract/boardView.ts'
import type { Mongo } from './mongo.ts'

const freshnessListed = 20
const freshnessCacheMs = 1000

const freshness = new WeakMap<Mongo, Map<string, { atMs: number; list: Promise<BoardView['sources']> }>>()

/** When each active source last sent something, newest first, at most 20; read once a second at most. */
export async function freshnessOf(mongo: Mongo, org: string, nowMs: number): Promise<BoardView['sources']> {
  const known = freshness.get(mongo) ?? new Map<string, { atMs: number; list: Promise<BoardView['sources']> }>()
  freshness.set(mongo, known)
  const cached = known.get(org)
  if (cached && nowMs - cached.atMs < freshnessCacheMs && nowMs >= cached.atMs) return await cached.list
  const list = readFreshness(mongo, org)
  known.set(org, { atMs: nowMs, list })
  list.catch(() => known.delete(org))
  return await list
}

/** Writes down when sources last sent something; an earlier instant than the one that is known changes nothing. */
export async function writeFreshness(
  mongo: Mongo,
  sent: readonly { org: string; sourceId: string; atMs: number }[],
): Promise<void> {
  const updates = sent.map(({ org, sourceId, atMs }) => ({
    updateOne: { filter: { _id: sourceId, org }, update: { $max: { lastActivityAt: new Date(atMs) } } },
  }))
  await mongo.sources.bulkWrite(updates, { ordered: false })
  // On a quiet floor no later change of a board would bring it to the screens.
  for (const { org } of sent) freshness.get(mongo)?.delete(org)
}

async function readFreshness(mongo: Mongo, org: string): Promise<BoardView['sources']> {
  const docs = await mongo.sources
    .find({ org, active: true, lastActivityAt: { $ne: null } })
    .sort({ lastActivityAt: -1 })
    .limit(freshnessListed)
    .lean()
  return docs.map(({ _id, name, lastActivityAt }) => ({
    sourceId: _id,
    name,
    lastAtMs: lastActivityAt?.getTime() ?? null,
  }))
}
