import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { startDocstore } from '../../support/docstore.ts'
import { INDEXES } from '../docstore/activity.ts'
import { batchFigures, singleFigures } from '../docstore/inserts.ts'
import { habitFigures, keyFigures, rangeConditions } from '../docstore/reads.ts'
import { startFigures } from '../docstore/startup.ts'
import { fill } from '../docstore/sustained.ts'
import type { Part } from '../support/bench.ts'
import type { PartResult } from '../support/figure.ts'

/** What docstore does with many documents: filling, reading, starting. */
const many = async (docs: number, note: (text: string) => void): Promise<PartResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-many-'))
  const dataDir = join(folder, 'data')
  try {
    const store = await startDocstore({ dataDir })
    const db = await mongoose.createConnection(store.uri('bench'), { maxPoolSize: 4 }).asPromise()
    const c = db.collection('activities')
    await c.createIndexes(INDEXES as never)
    const figures = await fill(db, 'activities', docs)
    note('docstore: filled')
    figures.push(...(await keyFigures(c, docs)), ...(await habitFigures(c, docs)))
    const conditions = await rangeConditions(c)
    await db.close()
    await store.kill()
    figures.push(...(await startFigures(dataDir, 'after kill -9', docs)))
    return { figures, conditions }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** docstore against bare SQLite, and against itself with more connections and more documents. */
export const docstore: Part = async ({ quick, note }) => {
  const figures = [...(await batchFigures(quick ? 20_000 : 100_000)), ...(await singleFigures(quick ? 1000 : 5000))]
  note('docstore: inserts are measured')
  const result = await many(quick ? 20_000 : 1_000_000, note)
  return { figures: [...figures, ...result.figures], conditions: result.conditions }
}
