import { minorDigits, toMinor } from './money.ts'
import type { Award, PointsRule } from './points.ts'

/**
 * The points rules of a fresh organization: a won deal is worth a day of calls, its size a little more; what can be done
 * many times a day is capped, so that volume alone wins no day.
 */
export function defaultRules(newId: (name: string) => string, currency: string): PointsRule[] {
  const rule = (
    name: string,
    [en, zh]: [string, string],
    kinds: string[],
    award: Award,
    dailyCap: number | null = null,
  ): PointsRule => ({
    id: newId(`rule.${name}`),
    name: { en, 'zh-CN': zh },
    selection: { kinds, filter: [] },
    award,
    weights: null,
    dailyCap,
    active: true,
  })
  const each = (points: number): Award => ({ type: 'per-quantity', points, every: 1 })
  const fixed = (points: number): Award => ({ type: 'fixed', points })
  const everyMinor = toMinor(bonusStep(currency), currency)
  return [
    rule('call', ['A call', '一通电话'], ['call.made'], each(1), 40),
    rule('follow-up', ['A follow-up', '一次跟进'], ['followup.done'], each(2), 40),
    rule('meeting', ['A meeting or visit', '一次会面或拜访'], ['meeting.held', 'visit.made'], each(10), 60),
    rule('proposal', ['A proposal or quote', '一份方案或报价'], ['proposal.sent', 'quote.sent'], fixed(15), 90),
    rule('lead', ['A new lead', '一条新线索'], ['lead.created'], fixed(3), 30),
    rule('deal', ['A deal won', '赢单'], ['deal.won'], fixed(100)),
    rule('deal-value', ['Size of a deal won', '赢单金额'], ['deal.won'], { type: 'per-value', points: 1, everyMinor }),
    rule('payment', ['A payment collected', '回款到账'], ['payment.collected'], fixed(30)),
    rule('training', ['Training done', '完成培训'], ['training.done'], fixed(5), 20),
  ]
}

/** What one bonus point costs, in whole units; more where a currency has no minor unit, since its units are small. */
function bonusStep(currency: string): number {
  return minorDigits(currency) === 0 ? 10_000 : 100
}
