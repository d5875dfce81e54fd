import { expect, test } from 'vitest'
import type { Difference } from '#server/audit/difference.ts'
import { lastingDifferences } from '#server/commands/lastingDifferences.ts'

const tally = (person: string, expected: number, found: number): Difference => ({
  what: 'tally',
  where: person,
  expected: `${expected}`,
  found: `${found}`,
})

/** Looks at these, one after the other, and then at the last again and again; says how often it looked too. */
async function lookingAt(...looks: Difference[][]): Promise<{ times: number; lasting: Difference[] }> {
  let times = 0
  const lasting = await lastingDifferences(async (time) => {
    times = time
    return looks[Math.min(time, looks.length) - 1] ?? []
  })
  return { times, lasting }
}

test('what is right is looked at once', async () => {
  expect(await lookingAt([])).toEqual({ times: 1, lasting: [] })
})

test('a call that was just being counted is no difference', async () => {
  expect(await lookingAt([tally('ana', 3, 2)], [])).toEqual({ times: 2, lasting: [] })
  expect(await lookingAt([tally('ana', 3, 2)], [tally('bo', 8, 7)])).toEqual({ times: 2, lasting: [] })
})

test('what is wrong is told after a second look when nobody is at work', async () => {
  const wrong = [tally('ana', 3, 2), tally('bo', 8, 9)]
  expect(await lookingAt(wrong)).toEqual({ times: 2, lasting: wrong })
})

test('what is wrong is told as it is now, also where people are at work', async () => {
  const looks = [1, 2, 3, 4, 5].map((more) => [tally('ana', 3 + more, 2 + more), tally(`person ${more}`, 1, 0)])
  expect(await lookingAt(...looks)).toEqual({ times: 5, lasting: [tally('ana', 8, 7)] })
})
