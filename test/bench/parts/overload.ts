import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'

const batch = 100
const screens = 50
const times = 3

/** Three times what the product sustains, for ten seconds: what is accepted is shown, the rest is told to come back, and it recovers. */
export const overload: Part = async ({ quick, product, note }) => {
  const { line } = await product()
  const closed = { line, batch, window: 4000, connections: 8, screens }
  const { perSecond } = await drive('closedLoop', { ...closed, seconds: quick ? 3 : 8 })
  const seconds = quick ? 5 : 10
  const result = await drive('overload', { line, perSecond: times * perSecond, batch, seconds, screens })
  const { sent, accepted, deferred, failed, shown, acceptP99Ms, recoveryMs } = result
  note(
    `sustained ${show(perSecond, '/s')}; at ${times} times that: ${sent} sent, ${accepted} accepted, ${deferred} deferred, ${failed} failed, longest answer ${show(result.acceptMaxMs, 'ms')}`,
  )
  return {
    figures: [
      {
        goal: '12',
        what: `overload, ${times} × sustained: due time → 202, p99`,
        product: show(acceptP99Ms, 'ms'),
        reference: show(perSecond, '/s sustained'),
        value: acceptP99Ms,
        unit: 'ms',
        better: 'lower',
        floor: 1000,
      },
      {
        goal: '12',
        what: 'overload: last answer → every screen shows all that was accepted',
        product: show(recoveryMs, 'ms'),
        reference: `${accepted} accepted`,
        value: recoveryMs,
        unit: 'ms',
        better: 'lower',
        floor: 10_000,
      },
    ],
    conditions: [
      { what: `overload: every screen shows all of ${accepted} accepted events`, holds: shown === accepted },
      { what: `overload: ${deferred} events deferred, none answered otherwise`, holds: failed === 0 },
    ],
  }
}
