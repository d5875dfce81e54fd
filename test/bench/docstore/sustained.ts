import type { Connection } from 'mongoose'
import type { Figure } from '../support/figure.ts'
import { activity, BATCH } from './activity.ts'

/** Fills a collection over four connections; gives documents a second and what the store tells of its checkpoints. */
export const fill = async (db: Connection, name: string, docs: number): Promise<Figure[]> => {
  const c = db.collection(name)
  const start = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < docs) {
      const from = next
      next += BATCH
      await c.insertMany(Array.from({ length: BATCH }, (_, i) => activity(from + i)) as never[], { ordered: false })
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  const rate = (docs * 1000) / (performance.now() - start)
  const { checkpoint, commit } = (await db.db?.command({ serverStatus: 1 }))?.docstore ?? {}
  const told = `${Math.round(rate).toLocaleString('en')} documents/s, ${checkpoint.rounds} rounds on the other thread`
  return [
    {
      goal: '',
      what: `docstore: longest time a checkpoint held writes up, while ${docs.toLocaleString('en')} were written`,
      product: `${checkpoint.longestHoldMs.toFixed(1)} ms`,
      reference: `${told}; force of the log ${commit.meanSyncMs.toFixed(2)} ms`,
      value: checkpoint.longestHoldMs,
      unit: 'ms',
      better: 'lower',
    },
  ]
}
