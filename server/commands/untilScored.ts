import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import type { Queues } from '../data/queues.ts'
import type { Stores } from '../data/stores.ts'
import { progressLine } from './command.ts'

const lookEveryMs = 200
/** So long nothing moves before the wait is given up. */
const patienceMs = 60_000
const workersFile = fileURLToPath(new URL('../../workers/main.ts', import.meta.url))

/**
 * Waits until what an organization has received by now has been taken down the line, by workers that are started for it
 * when none are running. Throws when nothing has moved for a minute.
 */
export async function untilScored(
  { mongo }: Pick<Stores, 'mongo'>,
  queues: Pick<Queues, 'workers'>,
  org: string,
  config: Pick<Config, 'MONGODB_URL' | 'REDIS_URL'>,
): Promise<void> {
  const receivedBy = new Date()
  const countOpen = () => mongo.activities.collection.countDocuments({ pendingSince: { $lte: receivedBy }, org })
  let open = await countOpen()
  if (open === 0) return
  const stopWorkers = (await queues.workers()) === 0 ? startWorkers(config) : null
  const line = progressLine()
  try {
    let movedMs = performance.now()
    while (open > 0) {
      line.show(`${open} activities are being scored`)
      await sleep(lookEveryMs)
      const before = open
      open = await countOpen()
      if (open < before) movedMs = performance.now()
      if (performance.now() - movedMs > patienceMs)
        throw new Error(`${open} activities stay unscored: the log of the workers says why.`)
    }
  } finally {
    line.end()
    await stopWorkers?.()
  }
}

/** Answers how to stop them. */
function startWorkers({ MONGODB_URL, REDIS_URL }: Pick<Config, 'MONGODB_URL' | 'REDIS_URL'>): () => Promise<void> {
  const env = { ...process.env, MONGODB_URL, REDIS_URL, PORT: undefined }
  const workers = spawn(process.execPath, [workersFile], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<void>((resolve) => {
    workers.once('exit', () => resolve())
    workers.once('error', () => resolve())
  })
  return () => {
    workers.kill('SIGTERM')
    return ended
  }
}
