import { isDeepStrictEqual } from 'node:util'
import type { Difference } from '../audit/difference.ts'

const mostLooks = 5

/**
 * Differences that are still there when one looks again. While people are at work, a place is often looked at between an
 * activity's entry and the tally that it goes into: that passes, and what is wrong stays. `look` is told which look it is,
 * the first is 1, and lets what has come in meanwhile be scored before it looks.
 */
export async function lastingDifferences(look: (time: number) => Promise<Difference[]>): Promise<Difference[]> {
  let lasting = await look(1)
  for (let time = 2; time <= mostLooks && lasting.length > 0; time++) {
    const now = new Map((await look(time)).map((one) => [placeOf(one), one]))
    const before = lasting
    lasting = before.flatMap((one) => now.get(placeOf(one)) ?? [])
    if (isDeepStrictEqual(lasting, before)) break
  }
  return lasting
}

function placeOf({ what, where }: Difference): string {
  return `${what}: ${where}`
}
