import { alternate } from './alternate.ts'
import type { Bench } from './bench.ts'
import { type PartResult, show } from './figure.ts'
import { median } from './stats.ts'

/** What one stage alone gets through in a second, the product's against the bare one's; `unit` of the notes, in words. */
export async function stage(
  { quick, note }: Bench,
  { goal, what, unit }: { goal: string; what: string; unit: string },
  bare: () => Promise<number>,
  product: () => Promise<number>,
): Promise<PartResult> {
  const runs = await alternate(quick ? 1 : 3, bare, product)
  const rate = (perSecond: number) => perSecond
  note(`bare ${runs.reference.map(Math.round)}, product ${runs.product.map(Math.round)} ${unit} a second`)
  const figure = {
    goal,
    what,
    product: show(median(runs.product), '/s'),
    reference: show(median(runs.reference), '/s'),
    value: runs.ratio(rate, rate),
  }
  return { figures: [{ ...figure, unit: '×', better: 'higher', floor: 0.5, aim: 0.8 }], conditions: [] }
}
