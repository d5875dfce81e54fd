import { type Contest, closesAtMs } from '#shared/contest.ts'
import { contestFactChunks } from './contestFacts.ts'
import { applyFacts, scoreKeys } from './contestScores.ts'
import type { Definitions } from './definitions.ts'
import { key } from './redis.ts'
import type { Stores } from './stores.ts'

const lockMs = 60_000

/**
 * Makes sure that the score of a running contest holds every activity: it is taken from the activities once, and once more
 * after Redis was started anew or another node took over, which may have lost the last second. Harmless beside live scoring, since applying an
 * activity again changes nothing. Answers whether it is whole; `false` while another process is at it.
 */
export async function ensureScore(
  stores: Stores,
  definitions: Definitions,
  played: { contest: Contest; edition: string },
): Promise<boolean> {
  const { redis } = stores
  const org = definitions.organization.id
  const meta = scoreKeys(org, played.contest, played.edition)[1] ?? ''
  const [built, history] = await redis.readBuilt(meta)
  if (built) return true
  const lock = key(org, 'contest', played.contest.id, played.edition, 'building')
  if (!(await redis.set(lock, '1', 'PX', lockMs, 'NX'))) return false
  try {
    await buildScore(stores, definitions, played)
    await redis.hset(meta, 'built', history)
    return true
  } finally {
    await redis.del(lock).catch(() => undefined)
  }
}

async function buildScore(
  stores: Stores,
  { organization, personIds }: Definitions,
  played: { contest: Contest; edition: string },
): Promise<void> {
  const { contest } = played
  const cutoffMs = closesAtMs(contest)
  for await (const { facts } of contestFactChunks(stores.mongo, { org: organization.id, contest, personIds, cutoffMs }))
    await applyFacts(stores, organization.id, played, facts)
}
