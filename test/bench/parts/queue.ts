import { alternate } from '../support/alternate.ts'
import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'
import { startRedis, temporaryFolder } from '../support/processes.ts'
import { median } from '../support/stats.ts'

/** The queue alone: the product's jobs of one activity each, and nothing done with them. */
export const queue: Part = async ({ quick, note }) => {
  const { folder, remove } = temporaryFolder('queue')
  const redis = await startRedis(folder)
  try {
    const options = { redisUrl: redis.url, jobs: quick ? 8000 : 20_000 }
    const runs = await alternate(
      quick ? 1 : 3,
      () => drive('bareDrain', options),
      () => drive('productDrain', options),
    )
    const rate = (perSecond: number) => perSecond
    note(`bare ${runs.reference.map(Math.round)}, product ${runs.product.map(Math.round)} jobs a second`)
    return {
      figures: [
        {
          goal: '7',
          what: "queue stage alone, product's job ÷ bare BullMQ drain",
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
  } finally {
    await redis.stop()
    remove()
  }
}
