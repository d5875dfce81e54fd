import { type GrantCase, grantCases, settleGrants } from '#server/data/badgeGrants.ts'
import type { Definitions } from '#server/data/definitions.ts'
import type { Stores } from '#server/data/stores.ts'
import { tellBadges } from './badgeNews.ts'
import type { Tallied, TouchedPage } from './tallyPass.ts'

/** Looks at the badges of everyone whose tallies a pass has touched. */
export async function badgePass(
  stores: Stores,
  definitions: Definitions,
  { touched, talliedMs, nowMs }: Tallied & { nowMs: number },
): Promise<void> {
  const cases = touchedCases(definitions, touched)
  if (cases.length === 0) return
  const untold = await settleGrants(stores.mongo, definitions, cases, nowMs, talliedMs)
  await tellBadges(stores, definitions, untold, nowMs)
}

function touchedCases(definitions: Definitions, touched: readonly TouchedPage[]): GrantCase[] {
  const cases = new Map<string, GrantCase>()
  for (const badge of definitions.badges) {
    // What a new badge does about the past comes first.
    if (!badge.active || (badge.past !== null && badge.past !== 'settle')) continue
    const inputs = definitions.values.inputs(badge.metricId)
    for (const { ref, days, metricIds } of touched)
      if (ref.of === 'people' && !inputs.isDisjointFrom(metricIds))
        for (const one of grantCases(definitions, badge, ref.memberId, days.keys())) cases.set(one.id, one)
  }
  return [...cases.values()]
}
