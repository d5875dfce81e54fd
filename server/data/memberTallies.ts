import type { Entry } from '#shared/entry.ts'
import type { LocalDay } from '#shared/schema.ts'
import type { MetricDays } from '#shared/standing.ts'
import { entriesOfMember } from './ledger.ts'
import type { Mongo } from './mongo.ts'
import { foldDays } from './tallies.ts'
import { type PageRef, pagesOfEntry, type TallyPage } from './tallyPage.ts'

/** Which member: a person, or a team with what its people earned while in it. */
export interface MemberRef {
  org: string
  of: 'people' | 'teams'
  memberId: string
}

/** A page folded from the ledger alone. */
export interface FoldedPage {
  ref: PageRef
  metrics: MetricDays
}

/** A person with all days as the ledger alone folds them. */
export interface FoldedPerson {
  personId: string
  pages: readonly TallyPage[]
}

/** Every page of a member as the ledger says it must be. */
export async function foldMember(
  mongo: Mongo,
  member: MemberRef,
  cappedRules: ReadonlySet<string>,
): Promise<{ pages: Map<string, FoldedPage>; entries: number }> {
  const entries = await entriesOfMember(mongo, { ...member, fromDay: '', toDay: '~' })
  return { pages: foldPages(member, entries, cappedRules), entries: entries.length }
}

function foldPages(
  { org, of, memberId }: MemberRef,
  entries: readonly Entry[],
  cappedRules: ReadonlySet<string>,
): Map<string, FoldedPage> {
  const pages = new Map<string, { ref: PageRef; days: Map<LocalDay, Entry[]> }>()
  for (const entry of entries)
    for (const ref of pagesOfEntry(org, entry)) {
      if (ref.of !== of || ref.memberId !== memberId) continue
      const page = pages.get(ref.id) ?? { ref, days: new Map<LocalDay, Entry[]>() }
      pages.set(ref.id, page)
      const ofDay = page.days.get(entry.day)
      if (ofDay) ofDay.push(entry)
      else page.days.set(entry.day, [entry])
    }
  return new Map([...pages].map(([id, { ref, days }]) => [id, { ref, metrics: foldDays(days, ref.part, cappedRules) }]))
}

/** Everyone who has ledger entries or tallies in an organization. */
export async function membersOf(mongo: Mongo, org: string): Promise<MemberRef[]> {
  const [people, teams, tallied] = await Promise.all([
    mongo.entries.collection.distinct('personId', { org }),
    mongo.entries.collection.distinct('teamId', { org }),
    mongo.tallies.collection
      .aggregate([{ $match: { org } }, { $group: { _id: { of: '$of', memberId: '$memberId' } } }])
      .toArray(),
  ])
  const members = new Map<string, MemberRef>()
  const add = (of: MemberRef['of'], memberId: unknown) => {
    if (typeof memberId === 'string') members.set(`${of} ${memberId}`, { org, of, memberId })
  }
  for (const id of people) add('people', id)
  for (const id of teams) add('teams', id)
  for (const { _id } of tallied as { _id: { of: MemberRef['of']; memberId: string } }[]) add(_id.of, _id.memberId)
  return [...members.values()]
}
