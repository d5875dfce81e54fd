import type { ContestPhase } from '#shared/contract/contestView.ts'

/** How a phase is coloured. */
export function phaseTone(phase: ContestPhase): 'good' | 'warn' | 'accent' | 'plain' {
  switch (phase) {
    case 'live':
      return 'good'
    case 'closing':
      return 'warn'
    case 'scheduled':
      return 'accent'
    case 'final':
    case 'cancelled':
      return 'plain'
  }
}
