import type { PageRef, TallyPage } from './tallyPage.ts'

const mostOrganizations = 20
/** Of one organization: parts of members' pages, of each of which the months in use are kept. */
const mostGroups = 2000

/** Parts of members' pages, and months [fromMonth, toMonth]. */
export interface PageRange {
  org: string
  memberIds: readonly string[]
  /** See `partsOf`. */
  parts: readonly string[]
  fromMonth: string
  toMonth: string
}

type PagePlace = Pick<PageRef, 'id' | 'memberId' | 'part'>

type Months = Pick<PageRange, 'fromMonth' | 'toMonth'>

/** A member's pages of one part. */
interface Group {
  /** Months of which all pages there were are here; there may be some of others. */
  known: Months
  /** Months that were read last, and when that began (ms of this process). */
  read: Months & { atMs: number }
  pages: Map<string, TallyPage>
}

const never = { fromMonth: '~', toMonth: '', atMs: Number.NEGATIVE_INFINITY }

/**
 * Tally pages as this process last read or wrote them. One of them may be old, so each use has a guard: a write is refused
 * when the page is no longer at the version that it builds on, and who reads asks for the versions of now, then or later.
 */
export interface PageCache {
  /** Whether it is worth asking for versions: something of the organization is here. */
  knows(org: string): boolean
  get(org: string, ref: PagePlace): TallyPage | undefined
  keep(org: string, page: TallyPage): void
  /** Somebody else has written a page. */
  drop(org: string, ref: PagePlace): void
  /** Remembers that the pages are all there are of a range, by a read that began at `atMs` (of this process). */
  keepRange(range: PageRange, pages: readonly TallyPage[], atMs: number): void
  /** All pages of a range as far as this process knows, `null` when it has not read all of it (since `sinceMs`). */
  getRange(range: PageRange, sinceMs?: number): TallyPage[] | null
  /** For when another process has been at work on the organization: most of what is here would be old. */
  forget(org: string): void
}

/** A cache that holds the pages used last, of the organizations used last. */
export function createPageCache(): PageCache {
  const cache = new Map<string, Map<string, Group>>()

  function groupOf(org: string, memberId: string, part: string): Group {
    const groups = cache.get(org) ?? new Map<string, Group>()
    setLast(cache, org, groups, mostOrganizations)
    const name = `${memberId} ${part}`
    const group = groups.get(name) ?? { known: never, read: never, pages: new Map() }
    setLast(groups, name, group, mostGroups)
    return group
  }
  const known = (org: string, memberId: string, part: string) => cache.get(org)?.get(`${memberId} ${part}`)

  return {
    knows: (org) => cache.has(org),
    get: (org, { id, memberId, part }) => known(org, memberId, part)?.pages.get(id),
    keep: (org, page) => void groupOf(org, page.memberId, page.part).pages.set(page.id, page),
    drop: (org, { memberId, part }) => void cache.get(org)?.delete(`${memberId} ${part}`),
    keepRange({ org, memberIds, parts, fromMonth, toMonth }, pages, atMs) {
      const months = { fromMonth, toMonth }
      for (const memberId of memberIds)
        for (const part of parts) {
          const group = groupOf(org, memberId, part)
          group.read = { ...months, atMs }
          if (!covers(group.known, months)) group.known = months
        }
      for (const page of pages) groupOf(org, page.memberId, page.part).pages.set(page.id, page)
    },
    getRange({ org, memberIds, parts, fromMonth, toMonth }, sinceMs) {
      const months = { fromMonth, toMonth }
      const pages: TallyPage[] = []
      for (const memberId of memberIds)
        for (const part of parts) {
          const group = known(org, memberId, part)
          if (!group || !covers(sinceMs === undefined ? group.known : group.read, months)) return null
          if (sinceMs !== undefined && group.read.atMs < sinceMs) return null
          for (const page of group.pages.values())
            if (fromMonth <= page.month && page.month <= toMonth) pages.push(page)
        }
      return pages
    },
    forget: (org) => void cache.delete(org),
  }
}

function covers(wide: Months, months: Months): boolean {
  return wide.fromMonth <= months.fromMonth && months.toMonth <= wide.toMonth
}

/** Puts an item at the end of a map, and lets the first one go when there are too many. */
function setLast<T>(map: Map<string, T>, key: string, item: T, most: number): void {
  map.delete(key)
  map.set(key, item)
  if (map.size <= most) return
  const [first] = map.keys()
  if (first !== undefined) map.delete(first)
}
