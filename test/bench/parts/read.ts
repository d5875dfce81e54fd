import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'

/** The first 50 rows of a board of a thousand and of a million members. */
export const read: Part = async ({ quick, product, note }) => {
  const { line, env } = await product()
  const sizes = quick ? [1000, 100_000] : [1000, 100_000, 1_000_000]
  const results = await drive('boardReads', { line, env, sizes, reads: quick ? 500 : 2000 })
  for (const { size, serverUs, apiMs, floorMs } of results)
    note(
      `${size} members: ${show(serverUs, 'µs')} in Redis, GET ${show(apiMs, 'ms')} over a floor of ${show(floorMs, 'ms')}`,
    )
  const first = results[0]
  const last = results[results.length - 1]
  if (!first || !last) throw new Error('Nothing was read')
  const over = last.apiMs - last.floorMs
  return {
    figures: [
      {
        goal: '11',
        what: `top 50 of ${last.size.toLocaleString('en')} ÷ of 1,000 members, time in Redis`,
        product: show(last.serverUs, 'µs'),
        reference: show(first.serverUs, 'µs'),
        value: last.serverUs / first.serverUs,
        unit: '×',
        better: 'lower',
        floor: 1.5,
      },
      {
        goal: '11',
        what: 'top 50 through the API, p50 over the plainest GET',
        product: show(last.apiMs, 'ms'),
        reference: show(last.floorMs, 'ms'),
        value: over,
        unit: 'ms',
        better: 'lower',
        aim: 1,
        floor: 3,
      },
    ],
    conditions: [],
  }
}
