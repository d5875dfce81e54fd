import { randomUUID } from 'node:crypto'
import type { Mongo } from '#server/data/mongo.ts'
import {
  addedSummaries,
  type PageWrite,
  pageWrite,
  readPages,
  refoldedSummaries,
  writePages,
} from '#server/data/tallies.ts'
import { type PageRef, pagesOfEntry, partOf, type TallyPage } from '#server/data/tallyPage.ts'
import type { Entry } from '#shared/entry.ts'

/** A page with the days that a pass touched, and the new entries on them. */
export interface TouchedPage {
  ref: PageRef
  days: Map<string, Entry[]>
  metricIds: Set<string>
  /** Something of it may have been tallied before, or not: only the ledger knows. */
  doubtful: boolean
}

/** The pages that a pass has touched, once they are written. */
export interface Tallied {
  touched: readonly TouchedPage[]
  /** When they were written, on the clock of this process: what was read since knows of them. */
  talliedMs: number
}

/** The pages that entries belong to. `doubtful` entries were in the ledger before this pass, or cancel such. */
export function touchedPages(
  org: string,
  fresh: readonly Entry[],
  doubtful: readonly Entry[],
): Map<string, TouchedPage> {
  const touched = new Map<string, TouchedPage>()
  const touch = (entry: Entry, doubt: boolean) => {
    for (const ref of pagesOfEntry(org, entry)) {
      const page = touched.get(ref.id) ?? { ref, days: new Map(), metricIds: new Set(), doubtful: false }
      touched.set(ref.id, page)
      page.doubtful ||= doubt
      for (const line of entry.lines) if (partOf(line) === ref.part) page.metricIds.add(line.metricId)
      const entries = page.days.get(entry.day) ?? []
      page.days.set(entry.day, entries)
      if (!doubt) entries.push(entry)
    }
  }
  for (const entry of fresh) touch(entry, false)
  for (const entry of doubtful) touch(entry, true)
  return touched
}

/**
 * What becomes of pages by adding the fresh entries, for those where that will do. `before` are the pages as read **before**
 * the entries were appended: a page that nobody has written since cannot hold them yet.
 */
export function addedPages(
  touched: ReadonlyMap<string, TouchedPage>,
  before: ReadonlyMap<string, TallyPage>,
  cappedRules: ReadonlySet<string>,
): Map<string, PageWrite> {
  const added = new Map<string, PageWrite>()
  const passId = randomUUID()
  for (const [id, { days, doubtful }] of touched) {
    const page = before.get(id)
    if (doubtful || !page) continue
    added.set(id, pageWrite(page, addedSummaries(page, days, cappedRules), passId))
  }
  return added
}

/**
 * Brings pages up to the ledger: with what could be added to them, on every other page the days are folded anew.
 */
export async function tallyPages(
  mongo: Mongo,
  {
    org,
    touched,
    before,
    added,
    cappedRules,
  }: {
    org: string
    touched: ReadonlyMap<string, TouchedPage>
    before: ReadonlyMap<string, TallyPage>
    added: ReadonlyMap<string, PageWrite>
    cappedRules: ReadonlySet<string>
  },
): Promise<void> {
  let open = [...touched.values()]
  let pages = before
  for (let round = 0; open.length > 0; round++) {
    if (round > 50) throw new Error('The tallies of this organization are being written by too many at once')
    const writes: PageWrite[] = []
    const passId = randomUUID()
    for (const { ref, days } of open) {
      const addition = round === 0 ? added.get(ref.id) : undefined
      if (addition) {
        writes.push(addition)
        continue
      }
      const page = pages.get(ref.id)
      if (!page) throw new Error(`Tally page ${ref.id} was not read`)
      const changed = await refoldedSummaries(mongo, { org, page, days: [...days.keys()], cappedRules })
      writes.push(pageWrite(page, changed, passId))
    }
    const lost = await writePages(mongo, org, writes)
    open = open.filter(({ ref }) => lost.has(ref.id))
    // Read before the ledger is: a page that changes in between refuses the write.
    pages = await readPages(
      mongo,
      org,
      open.map(({ ref }) => ref),
    )
  }
}
