import type { ImportPhase } from '#shared/contract/import.ts'

/** The colour role of each phase of an import. */
export const phaseTones = {
  reading: 'accent',
  done: 'good',
  cancelled: 'warn',
  failed: 'bad',
  interrupted: 'warn',
} as const satisfies Record<ImportPhase, string>
