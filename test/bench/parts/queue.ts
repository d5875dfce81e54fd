import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { startRedis, temporaryFolder } from '../support/processes.ts'
import { stage } from '../support/stage.ts'

const what = "queue stage alone, product's job ÷ bare BullMQ drain"

/** The queue alone: the product's jobs of one activity each, and nothing done with them. */
export const queue: Part = async (bench) => {
  const { folder, remove } = temporaryFolder('queue')
  const redis = await startRedis(folder)
  try {
    const options = { redisUrl: redis.url, jobs: bench.quick ? 8000 : 20_000 }
    const run = (name: 'bareDrain' | 'productDrain') => () => drive(name, options)
    return await stage(bench, { goal: '7', what, unit: 'jobs' }, run('bareDrain'), run('productDrain'))
  } finally {
    await redis.stop()
    remove()
  }
}
