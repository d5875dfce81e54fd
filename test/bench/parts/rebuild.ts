import { alternate } from '../support/alternate.ts'
import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'
import { median } from '../support/stats.ts'

const entriesWanted = 20_000

/** Boards and tallies derived anew from the ledger, against the bare Lua call of 200 events. */
export const rebuild: Part = async ({ quick, product, note }) => {
  const { line, env } = await product()
  const load = { line, batch: 100, window: 4000, connections: 8, seconds: 3, screens: 1 }
  let { entries } = await drive('rebuildRun', { env })
  for (; entries < entriesWanted; entries = (await drive('rebuildRun', { env })).entries)
    await drive('closedLoop', load)
  const runs = await alternate(
    quick ? 1 : 3,
    () => drive('bareWrites', { env, seconds: 2, perCall: 200 }),
    () => drive('rebuildRun', { env }),
  )
  const perSecond = runs.product.map((run) => run.perSecond)
  note(
    `${runs.product[0]?.entries} entries: ${perSecond.map(Math.round)} a second; bare ${runs.reference.map(Math.round)}`,
  )
  return {
    figures: [
      {
        goal: '13',
        what: 'rebuild from the ledger ÷ bare Lua apply-once, 200 events a call',
        product: show(median(perSecond), '/s'),
        reference: show(median(runs.reference), '/s'),
        value: runs.ratio(
          (run) => run.perSecond,
          (rate) => rate,
        ),
        unit: '×',
        better: 'higher',
        floor: 10 / 51,
        aim: 30 / 51,
      },
    ],
    conditions: [],
  }
}
