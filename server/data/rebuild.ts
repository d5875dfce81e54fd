import { randomUUID } from 'node:crypto'
import { localDay } from '#shared/period.ts'
import type { MetricDays } from '#shared/standing.ts'
import { emptySummary } from '#shared/summary.ts'
import { reviewBadges } from './badgePast.ts'
import { buildInstance } from './boardBuild.ts'
import { dailyCaps } from './boardInputs.ts'
import { boardInstance } from './boards.ts'
import { bumpVersion, type Definitions, definitionsOf } from './definitions.ts'
import { foldMember, type MemberRef, membersOf } from './memberTallies.ts'
import type { Mongo } from './mongo.ts'
import { publishNews } from './news.ts'
import type { Stores } from './stores.ts'
import { pageWrite, readPages, writePages } from './tallies.ts'
import { type PageRef, withSummaries } from './tallyPage.ts'

/** Members that are folded at once: the database reads for one while another is added up. */
const lanes = 4

/** How far a rebuild is. */
export interface RebuildProgress {
  step: 'tallies' | 'boards'
  done: number
  total: number
  /** Ledger entries folded so far. */
  entries: number
}

/**
 * Drops and derives again all that comes after the ledger: tallies by member, then the boards of today under a new
 * version (older periods are built when somebody asks). Badges are looked at once more by the workers, last runs of
 * streaks are worked out anew by the passes. Safe beside live scoring; may be stopped and run again.
 */
export async function rebuildOrganization(
  stores: Stores,
  org: string,
  onProgress: (progress: RebuildProgress) => void,
): Promise<void> {
  const { mongo } = stores
  const definitions = await definitionsOf(mongo, org)
  if (!definitions) return
  const cappedRules = new Set(dailyCaps(definitions).keys())
  const members = await membersOf(mongo, org)
  // Teams first: they have the most entries, and would keep one lane busy at the end.
  const open = members.sort((a, b) => (a.of === b.of ? 0 : a.of === 'teams' ? -1 : 1)).values()
  let entries = 0
  let done = 0
  const lane = async () => {
    for (const member of open) {
      const folded = await rebuildMember(mongo, member, cappedRules)
      entries += folded
      onProgress({ step: 'tallies', done: ++done, total: members.length, entries })
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  await mongo.streakRuns.collection.deleteMany({ org })
  await reviewBadges(mongo, org)
  await bumpVersion(mongo, org, { boards: true })
  await rebuildBoards(stores, org, (done, total) => onProgress({ step: 'boards', done, total, entries }))
}

/** Builds today's instance of every board under the newest version, and tells every screen. */
export async function rebuildBoards(
  stores: Stores,
  org: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const definitions = (await definitionsOf(stores.mongo, org)) as Definitions
  const today = localDay(Date.now(), definitions.organization.zone)
  const instances = definitions.boards.flatMap((board) =>
    board.active ? (boardInstance(definitions, board, today) ?? []) : [],
  )
  for (const [index, instance] of instances.entries()) {
    await buildInstance(stores, definitions, instance)
    onProgress(index + 1, instances.length)
  }
  await publishNews(stores.redis, org, [{ type: 'definitions' }])
}

/** Writes every page of a member as the ledger folds; answers how many entries were folded. */
async function rebuildMember(mongo: Mongo, member: MemberRef, cappedRules: ReadonlySet<string>): Promise<number> {
  for (let round = 0; round < 20; round++) {
    // The stored pages are read before the ledger: one that changes in between refuses the write.
    const known = await readPages(mongo, member.org, await storedRefs(mongo, member))
    const { pages, entries } = await foldMember(mongo, member, cappedRules)
    const missing = [...pages.values()].filter(({ ref }) => !known.has(ref.id)).map(({ ref }) => ref)
    for (const [id, page] of await readPages(mongo, member.org, missing)) if (page.version === 0) known.set(id, page)
    const passId = randomUUID()
    const writes = [...known.values()].map((page) => {
      const folded = pages.get(page.id)?.metrics ?? new Map()
      return pageWrite(page, withSummaries(emptied(page.metrics), folded), passId)
    })
    const lost = await writePages(mongo, member.org, writes)
    if (lost.size === 0 && missing.every((ref) => known.has(ref.id))) return entries
  }
  throw new Error(`The tallies of ${member.memberId} are being written by too many at once`)
}

/** What no ledger line is behind counts for nothing. */
function emptied(metrics: MetricDays): MetricDays {
  return new Map(
    [...metrics].map(([metricId, days]) => [metricId, new Map([...days.keys()].map((day) => [day, emptySummary()]))]),
  )
}

async function storedRefs(mongo: Mongo, { org, of, memberId }: MemberRef): Promise<PageRef[]> {
  const docs = await mongo.tallies.collection
    .find({ org, memberId, of }, { projection: { part: 1, teamId: 1, month: 1 } })
    .toArray()
  return docs.map((doc) => ({
    id: String(doc._id),
    of,
    memberId,
    part: String(doc.part),
    teamId: doc.teamId as string | null,
    month: String(doc.month),
  }))
}
