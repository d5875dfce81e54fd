import { markScored, markUnmatched, newestRevisionNumbers, revisionsOf } from '#server/data/activities.ts'
import { dailyCaps } from '#server/data/boardInputs.ts'
import { type Definitions, definitionsOf, definitionsVersion, recentDefinitions } from '#server/data/definitions.ts'
import type { ActivityDoc } from '#server/data/documents.ts'
import { appendEntries, entriesOfActivities } from '#server/data/ledger.ts'
import type { Mongo } from '#server/data/mongo.ts'
import { resolveActivity } from '#server/data/resolve.ts'
import type { Stores } from '#server/data/stores.ts'
import { readPages } from '#server/data/tallies.ts'
import { pagesOfEntry } from '#server/data/tallyPage.ts'
import type { Entry } from '#shared/entry.ts'
import { liveEntries, reconcile } from '#shared/ledger.ts'
import { worthOf } from '#shared/scoring.ts'
import { celebrationsDue } from './celebrationPass.ts'
import { type GamePoint, gamePass } from './gamePass.ts'
import type { Mark } from './marks.ts'
import type { ScoredActivity } from './scored.ts'
import { measureEarly, standingsDue, standingsPass, writeMeasured } from './standingsPass.ts'
import { addedPages, tallyPages, touchedPages } from './tallyPass.ts'

const maxRounds = 20

/** Points in the course of a pass. */
export type PassPoint = 'ledger-read' | 'newest-read' | 'appended' | 'tallied' | 'standings-written' | GamePoint

/** Told the points in the course of a pass: so the next one can begin, and tests can let something else happen. */
export type PassHook = (point: PassPoint) => Promise<void>

/**
 * Takes activities of one organization from their newest revisions to the boards. May be repeated, interrupted anywhere
 * and run beside itself: what it finds done, it leaves.
 */
export async function scorePass(
  stores: Stores,
  org: string,
  keys: string[],
  hook: PassHook = async () => undefined,
  mark: Mark = (ids, unmatchedIds) => markScored(stores.mongo, ids, unmatchedIds),
): Promise<void> {
  let open = keys
  for (let round = 0; open.length > 0; round++) {
    if (round >= maxRounds) throw new Error('Activities keep changing while they are scored')
    open = await scoreRound(stores, { org, keys: open, isFirst: round === 0 }, hook, mark)
  }
}

/** One round; answers the activities that must go round again. */
async function scoreRound(
  stores: Stores,
  { org, keys, isFirst }: { org: string; keys: string[]; isFirst: boolean },
  hook: PassHook,
  mark: Mark,
): Promise<string[]> {
  const { mongo } = stores
  // What was read a moment ago will do: if they have changed since, every activity goes round again with those of now.
  const recent = isFirst ? recentDefinitions(mongo, org) : null
  const definitionsRead = recent ? Promise.resolve(recent) : definitionsOf(mongo, org)
  definitionsRead.catch(() => undefined)
  const { ledger, revisions } = await readActivities(mongo, { keys, isFirst }, hook)
  const definitions = await definitionsRead
  if (!definitions) return []
  const plan = planEntries(definitions, ledger, revisions)
  const refs = [...plan.fresh, ...plan.corrections, ...plan.known].flatMap((entry) => pagesOfEntry(org, entry))
  const before = await readPages(mongo, org, [...new Map(refs.map((ref) => [ref.id, ref])).values()])
  const nowMs = Date.now()
  const cappedRules = new Set(dailyCaps(definitions).keys())
  const following = (fresh: readonly Entry[]) => {
    const touched = touchedPages(org, fresh, [...plan.known, ...plan.corrections])
    const added = addedPages(touched, before, cappedRules)
    const due = standingsDue(definitions, touched.values(), nowMs)
    const early = added.size === touched.size ? measureEarly(stores.mongo, definitions, due, added, nowMs) : []
    return { touched, added, due, early }
  }
  const appending = Promise.all([
    appendEntries(mongo, org, [...plan.fresh, ...plan.corrections]),
    celebrationsDue(stores, definitions, plan.scored, nowMs),
  ])
  // Worked out while the database is at it: seldom is anything refused.
  const hoped = following(plan.fresh)
  const [refused, celebrations] = await appending
  await hook('appended')
  const { touched, added, due, early } =
    refused.size === 0 ? hoped : following(plan.fresh.filter((entry) => !refused.has(entry.id)))
  await writeMeasured(stores, definitions, due, early, nowMs)
  const unmatchedIds = (some: Iterable<[string, ActivityDoc[]]>) =>
    [...some].flatMap(([key, docs]) => (plan.unmatched.has(key) ? docs.slice(0, 1).map((doc) => doc._id) : []))
  const [open] = await Promise.all([
    // Into the tray before the version is read: who gives a name to somebody meanwhile finds them there, or they go round.
    markUnmatched(mongo, unmatchedIds(revisions)).then(() =>
      unsettled(mongo, definitions, { used: revisions, refused, unread: isFirst ? plan.worthless : [] }),
    ),
    tallyPages(mongo, { org, touched, before, added, cappedRules }),
  ])
  const talliedMs = performance.now()
  await hook('tallied')
  await standingsPass(stores, definitions, due, nowMs)
  await hook('standings-written')
  // What was granted or told could not be taken back: that is for the round that settles it.
  if (open.size === revisions.size) return [...open]
  await gamePass(
    stores,
    definitions,
    {
      scored: plan.scored.filter(({ activity }) => !open.has(activity.key)),
      touched: [...touched.values()],
      celebrations,
      talliedMs,
      nowMs,
    },
    hook,
  )
  const settled = [...revisions].filter(([key]) => !open.has(key))
  await mark(
    settled.flatMap(([, docs]) => docs.map((doc) => doc._id)),
    unmatchedIds(settled),
  )
  return [...open]
}

/** What the ledger has of activities, and all their revisions. */
async function readActivities(
  mongo: Mongo,
  { keys, isFirst }: { keys: string[]; isFirst: boolean },
  hook: PassHook,
): Promise<{ ledger: Map<string, Entry[]>; revisions: Map<string, ActivityDoc[]> }> {
  // Of what was just stored the ledger knows nothing. Where that is wrong, the place of the first entry is taken.
  const stored = isFirst ? await revisionsOf(mongo, keys) : new Map<string, ActivityDoc[]>()
  const known = keys.filter((key) => !isJustStored(stored.get(key)))
  // First the ledger, then the newest revision: in the other order a slow worker could cancel what is newer than it knows.
  const ledger = await entriesOfActivities(mongo, known)
  await hook('ledger-read')
  const newest = await revisionsOf(mongo, known)
  await hook('newest-read')
  return { ledger, revisions: new Map([...stored, ...newest]) }
}

/** One revision that no pass has marked as taken to the end of the line. */
function isJustStored(docs: readonly ActivityDoc[] = []): boolean {
  return docs.length === 1 && docs[0]?.pendingSince !== undefined
}

interface Plan {
  /** First entries of activities that the ledger did not know. */
  fresh: Entry[]
  /** What activities that it knew had before. An earlier attempt may have died before its tally, so it is folded anew. */
  known: Entry[]
  /** What is appended for those: reversals and what takes their place. */
  corrections: Entry[]
  /** Every activity with what it is worth now. */
  scored: ScoredActivity[]
  /** Keys of activities with a person who is not known. */
  unmatched: Set<string>
  /** Keys of activities that are worth nothing, and of which no entries were read. */
  worthless: string[]
}

function planEntries(
  definitions: Definitions,
  ledger: Map<string, Entry[]>,
  revisions: Map<string, ActivityDoc[]>,
): Plan {
  const plan: Plan = { fresh: [], known: [], corrections: [], scored: [], unmatched: new Set(), worthless: [] }
  const { zone, currency } = definitions.organization
  const scoring = { zone, currency, metrics: definitions.metrics, rules: definitions.rules, people: definitions.people }
  for (const [key, docs] of revisions) {
    const newest = docs[0]
    if (!newest) continue
    const { activity, unmatched } = resolveActivity(newest, definitions)
    if (unmatched) plan.unmatched.add(key)
    const have = ledger.get(key) ?? []
    const appended = reconcile(have, worthOf(activity, scoring), activity.recordedAtMs)
    const known = have.length > 0
    plan.scored.push({ docs, activity, known, live: known ? liveEntries([...have, ...appended]) : appended })
    if (!known && appended.length === 0) plan.worthless.push(key)
    plan.known.push(...have)
    ;(known ? plan.corrections : plan.fresh).push(...appended)
  }
  return plan
}

/**
 * Activities whose place in the ledger another pass took, or that have a newer revision or other rules by now; and of `unread`
 * those of which the ledger knows after all: with nothing to append, no taken place would tell.
 */
async function unsettled(
  mongo: Mongo,
  { organization, version }: Definitions,
  {
    used,
    refused,
    unread,
  }: { used: Map<string, ActivityDoc[]>; refused: ReadonlySet<string>; unread: readonly string[] },
): Promise<Set<string>> {
  const keys = [...used.keys()]
  const lostPlace = new Set([...refused].map((id) => id.slice(0, id.indexOf('.'))))
  const [versionNow, now, found] = await Promise.all([
    definitionsVersion(mongo, organization.id),
    newestRevisionNumbers(mongo, keys),
    entriesOfActivities(mongo, [...unread]),
  ])
  if (versionNow !== version) return new Set(keys)
  return new Set(
    keys.filter((key) => found.has(key) || lostPlace.has(key) || now.get(key) !== used.get(key)?.[0]?.revision),
  )
}
