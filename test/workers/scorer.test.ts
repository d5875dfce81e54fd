import { expect, test } from 'vitest'
import { createScorer } from '../../workers/scorer.ts'

/** Passes that are ended by hand. */
function passes(gapMs = 0) {
  const begun: { keys: string[]; handOver: () => void; end: () => void; fail: (error: Error) => void }[] = []
  const scorer = createScorer(
    (_org, keys, handOver) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      begun.push({ keys, handOver, end: resolve, fail: reject })
      return promise
    },
    { gapMs },
  )
  return { begun, scorer }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('what is sold while a pass is under way is counted together in the next one', async () => {
  const { begun, scorer } = passes()
  void scorer.submit('floor', ['a'])
  await settle()
  void scorer.submit('floor', ['b'])
  void scorer.submit('floor', ['c', 'b'])
  await settle()
  expect(begun.map(({ keys }) => keys)).toEqual([['a']])
  begun[0]?.end()
  await settle()
  expect(begun.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']])
})

test('the next sales reach the boards while the feed of the last ones is written', async () => {
  const { begun, scorer } = passes()
  let counted = false
  void scorer.submit('floor', ['a']).then(() => {
    counted = true
  })
  await settle()
  void scorer.submit('floor', ['b'])
  begun[0]?.handOver()
  await settle()
  expect(begun).toHaveLength(2)
  expect(counted).toBe(false)
})

test('never more than two passes of a floor are under way', async () => {
  const { begun, scorer } = passes()
  for (const key of ['a', 'b', 'c']) {
    void scorer.submit('floor', [key])
    await settle()
    begun.at(-1)?.handOver()
    await settle()
  }
  expect(begun).toHaveLength(2)
  begun[0]?.end()
  await settle()
  expect(begun).toHaveLength(3)
})

test('a pass that fails is told to who waits for it, and holds nobody up', async () => {
  const { begun, scorer } = passes()
  const first = scorer.submit('floor', ['a'])
  await settle()
  const second = scorer.submit('floor', ['b'])
  begun[0]?.fail(new Error('the database is away'))
  await expect(first).rejects.toThrow('the database is away')
  await settle()
  begun[1]?.end()
  await expect(second).resolves.toBeUndefined()
})

test('one floor does not wait for another', async () => {
  const { begun, scorer } = passes()
  void scorer.submit('floor', ['a'])
  void scorer.submit('other', ['b'])
  await settle()
  expect(begun).toHaveLength(2)
})

test('on a busy floor passes keep a distance, and the first one does not', async () => {
  const { begun, scorer } = passes(40)
  const startedMs = performance.now()
  void scorer.submit('floor', ['a'])
  await settle()
  expect(begun).toHaveLength(1)
  void scorer.submit('floor', ['b'])
  begun[0]?.end()
  while (begun.length < 2) await settle()
  expect(performance.now() - startedMs).toBeGreaterThan(38)
})
