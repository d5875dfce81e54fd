import type { BoardView } from '#shared/contract/boardView.ts'
import { addDays, localDay, type PeriodCalendar, periodOf } from '#shared/period.ts'

/** Keys of the periods before and after the one on view; `null` where there is none, or none that has begun. */
export function neighbourPeriods(
  view: Pick<BoardView, 'board' | 'period' | 'zone'>,
  calendar: PeriodCalendar,
): { previous: string | null; next: string | null } {
  const { fromMs, toMs, current } = view.period
  const { cycle } = view.board
  if (fromMs === null || toMs === null || cycle.every === 'custom') return { previous: null, next: null }
  // A rolling window moves by a day, the others by themselves.
  const lastDay = addDays(localDay(toMs, view.zone), -1)
  const before = cycle.every === 'rolling' ? addDays(lastDay, -1) : addDays(localDay(fromMs, view.zone), -1)
  return {
    previous: periodOf(before, cycle, calendar)?.key ?? null,
    next: current ? null : (periodOf(addDays(lastDay, 1), cycle, calendar)?.key ?? null),
  }
}
