import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, EntryDraft } from '#shared/entry.ts'
import { liveEntries, reconcile } from '#shared/ledger.ts'
import { draft, line, worth } from '#test/support/entry.ts'

/**
 * Scorers as step machines over a store that only appends what is absent; each `yield` is a moment in which others run.
 * It is the algorithm of the score pass: read, read, reconcile, append one by one, and go round while anything was
 * appended or refused.
 */
interface Store {
  revisions: EntryDraft[][]
  newest: number
  ledger: Map<string, Entry>
  /** Entries that were taken back by a scorer that worked from an older revision. */
  newerTakenBack: string[]
}

type Order = 'ledger first' | 'revision first'

function* scorer(store: Store, order: Order): Generator<void> {
  for (;;) {
    let have = [...store.ledger.values()]
    if (order === 'ledger first') yield
    const newest = store.newest
    if (order === 'revision first') {
      yield
      have = [...store.ledger.values()]
    }
    yield
    const appended = reconcile(have, store.revisions[newest] ?? [], 1)
    for (const entry of appended) {
      if (!store.ledger.has(entry.id)) {
        store.ledger.set(entry.id, entry)
        if (entry.reverses !== null && entry.revision > newest + 1) store.newerTakenBack.push(entry.reverses)
      }
      yield
    }
    if (appended.length === 0) return
  }
}

/** Ingest of the next revisions, each followed by its scorer. */
function* laterRevision(store: Store, revision: number, order: Order): Generator<void> {
  store.newest = Math.max(store.newest, revision)
  yield
  yield* scorer(store, order)
}

function newStore(revisions: EntryDraft[][]): Store {
  return { revisions, newest: 0, ledger: new Map(), newerTakenBack: [] }
}

/** Runs the actors by turns; `turns` picks who goes next, and in the end everyone finishes. */
function interleave(actors: Generator<void>[], turns: Iterable<number>): void {
  const running = [...actors]
  for (const turn of turns) {
    if (running.length === 0) return
    const index = turn % running.length
    if (running[index]?.next().done) running.splice(index, 1)
  }
  for (const actor of running) while (!actor.next().done);
}

const won = [draft(1, [line(500)])]
const corrected = [draft(2, [line(300)])]
const lost: EntryDraft[] = []
const back = [draft(4, [line(500)]), draft(4, [line(50)], { personId: 'bo' })]
const histories = fc.constantFrom<EntryDraft[][][]>(
  [won, corrected],
  [won, lost],
  [won, corrected, lost, back],
  [won, lost, back],
  [lost, won, lost],
)
const turns = fc.array(fc.nat(11), { maxLength: 60 })

test('scorers that run at once end with exactly what the newest revision is worth, and never take a newer one back', () => {
  fc.assert(
    fc.property(histories, turns, (revisions, picks) => {
      const store = newStore(revisions)
      const later = revisions.slice(1).map((_, index) => laterRevision(store, index + 1, 'ledger first'))
      interleave([scorer(store, 'ledger first'), scorer(store, 'ledger first'), ...later], picks)
      expect(worth(liveEntries([...store.ledger.values()]))).toEqual(worth(revisions.at(-1) ?? []))
      expect(store.newerTakenBack).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('scorers that die anywhere leave a ledger that the next one repairs', () => {
  fc.assert(
    fc.property(histories, turns, (revisions, picks) => {
      const store = newStore(revisions)
      const later = revisions.slice(1).map((_, index) => laterRevision(store, index + 1, 'ledger first'))
      const doomed = [scorer(store, 'ledger first'), ...later]
      for (const pick of picks) doomed[pick % doomed.length]?.next()
      store.newest = revisions.length - 1
      interleave([scorer(store, 'ledger first'), scorer(store, 'ledger first')], picks)
      expect(worth(liveEntries([...store.ledger.values()]))).toEqual(worth(revisions.at(-1) ?? []))
    }),
    { numRuns: 2000 },
  )
})

/** A slow scorer is interrupted after its first read; the correction is stored and scored to its end; then it appends. */
function slowScorerMeetsCorrection(order: Order): Store {
  const store = newStore([won, corrected])
  const slow = scorer(store, order)
  slow.next()
  const correction = laterRevision(store, 1, order)
  while (!correction.next().done);
  for (let step = 0; step < 4; step++) slow.next()
  return store
}

test('reading the revision before the ledger goes wrong: a slow scorer takes the correction back', () => {
  const store = slowScorerMeetsCorrection('revision first')
  expect(store.newerTakenBack).toEqual(['deal.0'])
  expect(worth(liveEntries([...store.ledger.values()]))).toEqual(worth(won))
})

test('reading the ledger before the revision does not, at the same turns', () => {
  const store = slowScorerMeetsCorrection('ledger first')
  expect(store.newerTakenBack).toEqual([])
  expect(worth(liveEntries([...store.ledger.values()]))).toEqual(worth(corrected))
})
