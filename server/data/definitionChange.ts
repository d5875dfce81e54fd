import { reviewBadges } from './badgePast.ts'
import { bumpVersion, type Definitions, definitionsOf } from './definitions.ts'
import { inTurn } from './inTurn.ts'
import { withLock } from './lock.ts'
import { publishNews } from './news.ts'
import type { Queues } from './queues.ts'
import { key } from './redis.ts'
import { isStoreAway } from './storeAway.ts'
import type { Stores } from './stores.ts'

/** What a change of definitions makes stale. */
export interface ChangeEffect {
  /** Values or places on existing boards. */
  boards: boolean
  /** What activities are worth: all of them are scored again. */
  worth: boolean
  /** Who has earned which badges: all are looked at once more, quietly. */
  badges?: boolean
}

const everything: ChangeEffect = { boards: true, worth: true, badges: true }

/** A change that has been checked. */
export interface PlannedChange<T> {
  effect: ChangeEffect
  /** Writes it; must be harmless to repeat. */
  write(): Promise<T>
  /** Runs once everybody reads the new definitions. */
  after?(): Promise<void>
}

export interface ChangeStores {
  stores: Stores
  queues: Queues
}

/**
 * Changes an organization's definitions: `plan` sees them as of now, with nobody else changing any, and throws to refuse.
 * Everybody hears of it afterwards. A process that dies amid this leaves a mark, and a sweep does the rest.
 */
export async function changeDefinitions<T>(
  { stores, queues }: ChangeStores,
  org: string,
  plan: (definitions: Definitions) => PlannedChange<T> | Promise<PlannedChange<T>>,
): Promise<T> {
  const { mongo, redis } = stores
  return await withLock(redis, key(org, 'lock', 'definitions'), async () => {
    const left = (await mongo.organizations.findById(org, { changingSince: 1 }).lean())?.changingSince
    // What was left amid a change is not in what this process knows under that version.
    if (left) await bumpVersion(mongo, org, { boards: false })
    const definitions = await definitionsOf(mongo, org)
    if (!definitions) throw new Error(`There is no organization ${org}`)
    const { effect, write, after } = await plan(definitions)
    const since = new Date()
    await mongo.organizations.updateOne({ _id: org }, { $set: { changingSince: since } })
    const result = await write()
    const told = announce({ stores, queues }, { org, since, effect: left ? everything : effect, after })
    // It is stored: refused, it would be done twice. A sweep does what is left, as the mark says.
    await told.catch((error) => {
      if (!isStoreAway(error)) throw error
    })
    return result
  })
}

/** Finishes changes that were begun before an instant and never ended, as if they had changed everything. */
export async function finishChanges({ stores, queues }: ChangeStores, before: Date): Promise<number> {
  const left = await stores.mongo.organizations
    .find({ changingSince: { $lt: before } }, { changingSince: 1 })
    .limit(100)
    .lean()
  await inTurn(left, async ({ _id: org, changingSince: since }) => {
    if (since) await announce({ stores, queues }, { org, since, effect: everything })
  })
  return left.length
}

/**
 * Enqueues anew what was to be scored again since before an instant and has no job any more, since Redis lost it or it
 * failed too often. Answers how many organizations that were.
 */
export async function resumeRederives({ stores, queues }: ChangeStores, before: Date): Promise<number> {
  const due = await stores.mongo.organizations
    .find({ rederiveDue: { $lt: before } }, { _id: 1 })
    .limit(100)
    .lean()
  let resumed = 0
  await inTurn(due, async ({ _id }) => {
    if (await queues.isRederiving(_id)) return
    await queues.rederive(_id)
    resumed += 1
  })
  return resumed
}

/** What is to be scored again as of now; give it back to `doneRederiving` when that has been done. */
export async function dueRederive({ mongo }: Pick<Stores, 'mongo'>, org: string): Promise<Date | undefined> {
  return (await mongo.organizations.findById(org, { rederiveDue: 1 }).lean())?.rederiveDue
}

/** Everything has been scored again, but for what changed after `due` was asked for. */
export async function doneRederiving({ mongo }: Pick<Stores, 'mongo'>, org: string, due?: Date): Promise<void> {
  if (due) await mongo.organizations.updateOne({ _id: org, rederiveDue: due }, { $unset: { rederiveDue: '' } })
}

async function announce(
  { stores, queues }: ChangeStores,
  {
    org,
    since,
    effect,
    after,
  }: { org: string; since: Date; effect: ChangeEffect; after?: (() => Promise<void>) | undefined },
): Promise<void> {
  const { mongo, redis } = stores
  const { boards, worth, badges } = effect
  if (badges) await reviewBadges(mongo, org)
  await bumpVersion(mongo, org, { boards })
  if (worth) {
    await mongo.organizations.updateOne({ _id: org }, { $set: { rederiveDue: new Date() } })
    await queues.rederive(org)
  }
  await after?.()
  await publishNews(redis, org, [{ type: 'definitions' }])
  // A mark that was made since is another change's.
  await mongo.organizations.updateOne({ _id: org, changingSince: since }, { $unset: { changingSince: '' } })
}
