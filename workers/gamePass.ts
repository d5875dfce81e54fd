import type { Definitions } from '#server/data/definitions.ts'
import type { Stores } from '#server/data/stores.ts'
import { badgePass } from './badgePass.ts'
import { type CelebrationsDue, celebrationPass } from './celebrationPass.ts'
import { contestPass } from './contestPass.ts'
import { feedPass } from './feedPass.ts'
import type { ScoredActivity } from './scored.ts'
import { streakPass } from './streakPass.ts'
import type { Tallied } from './tallyPass.ts'

/** Points in the course of the game's part of a pass, for tests. */
export type GamePoint = 'fed' | 'celebrated' | 'contested' | 'recognized'

/** What a pass hands on when its standings are written. */
export interface GamePassInput extends Tallied {
  scored: readonly ScoredActivity[]
  celebrations: CelebrationsDue
  nowMs: number
}

/**
 * What follows from a pass beyond the boards: feed, celebrations, contests, badges and streaks. Each step looks at what is
 * stored and does what is missing, so a pass that died anywhere in here is made whole by the next attempt.
 */
export async function gamePass(
  stores: Stores,
  definitions: Definitions,
  input: GamePassInput,
  hook: (point: GamePoint) => Promise<void>,
): Promise<void> {
  const { scored, celebrations, nowMs } = input
  await feedPass(stores, definitions, scored, nowMs)
  await hook('fed')
  await celebrationPass(stores, definitions, celebrations, nowMs)
  await hook('celebrated')
  await contestPass(stores, definitions, scored, nowMs)
  await hook('contested')
  await badgePass(stores, definitions, input)
  await streakPass(stores, definitions, input)
  await hook('recognized')
}
