import { alternate } from '../support/alternate.ts'
import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'
import { median } from '../support/stats.ts'

/** Boards written, 50 events a call, against the bare Lua call. */
export const write: Part = async ({ quick, product, note }) => {
  const { env } = await product()
  const options = { env, seconds: quick ? 2 : 4, perCall: 50 }
  const runs = await alternate(
    quick ? 1 : 3,
    () => drive('bareWrites', options),
    () => drive('productWrites', options),
  )
  const rate = (perSecond: number) => perSecond
  note(`bare ${runs.reference.map(Math.round)}, product ${runs.product.map(Math.round)} events a second`)
  return {
    figures: [
      {
        goal: '8',
        what: 'six boards written, 50 events a call, product ÷ bare Lua apply-once',
        product: show(median(runs.product), '/s'),
        reference: show(median(runs.reference), '/s'),
        value: runs.ratio(rate, rate),
        unit: '×',
        better: 'higher',
        floor: 0.5,
        aim: 0.8,
      },
    ],
    conditions: [],
  }
}
