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

/** What waiting needs: the stores, the queues, and where the stores are, for workers that have to be started. */
export interface Waiting {
  stores: Pick<Stores, 'mongo'>
  queues: Pick<Queues, 'workers' | 'score' | 'waitingToScore'>
  config: Pick<Config, 'MONGODB_URL' | 'REDIS_URL'>
}

/**
 * Waits until what an organization has received by now has been taken down the line, by workers that are started for it
 * when none are running. Throws when nothing has moved for a minute.
 */
export async function untilScored({ stores: { mongo }, queues, config }: Waiting, org: string): Promise<void> {
  const receivedBy = new Date()
  await untilNone({ queues, config }, 'activities are being scored', () =>
    mongo.activities.collection.countDocuments({ pendingSince: { $lte: receivedBy }, org }),
  )
}

/** Has every activity of an organization scored again, for a ledger that is wrong, and waits for it as above. */
export async function scoreAgain({ stores: { mongo }, queues, config }: Waiting, org: string): Promise<void> {
  const cursor = mongo.activities.collection.find({ org }, { projection: { key: 1 }, batchSize: 5000 })
  let keys: string[] = []
  const flush = async () => {
    await queues.score(org, [...new Set(keys)])
    keys = []
  }
  for await (const { key } of cursor) if (keys.push(String(key)) >= 5000) await flush()
  await flush()
  await untilNone({ queues, config }, 'jobs of scoring are left', queues.waitingToScore)
}

async function untilNone(
  { queues, config }: Omit<Waiting, 'stores'>,
  what: string,
  count: () => Promise<number>,
): Promise<void> {
  let left = await count()
  if (left === 0) return
  const stopWorkers = (await queues.workers()) === 0 ? startWorkers(config) : null
  const line = progressLine()
  try {
    let least = left
    let movedMs = performance.now()
    while (left > 0) {
      line.show(`${left} ${what}`)
      await sleep(lookEveryMs)
      left = await count()
      if (left < least) {
        least = left
        movedMs = performance.now()
      }
      if (performance.now() - movedMs > patienceMs)
        throw new Error(`Nothing moves: ${left} ${what}. The log of the workers says why.`)
    }
  } finally {
    line.end()
    await stopWorkers?.()
  }
}

/** Answers how to stop them. */
function startWorkers({ MONGODB_URL, REDIS_URL }: Waiting['config']): () => Promise<void> {
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
