import { readConfig } from '#server/config.ts'
import { createPageCache } from '#server/data/pageCache.ts'
import { openQueues } from '#server/data/queues.ts'
import { connectRedis } from '#server/data/redis.ts'
import { openStores } from '#server/data/stores.ts'
import { createLog } from '#server/log.ts'
import { untilStopped } from '#server/process.ts'
import { badgeRound } from './badgeClock.ts'
import { startClock } from './clock.ts'
import { contestClock } from './contestClock.ts'
import { createMarks } from './marks.ts'
import { rederive } from './rederive.ts'
import { runJobs } from './runner.ts'
import { type PassPoint, scorePass } from './scorePass.ts'
import { createScorer } from './scorer.ts'
import { startSweep } from './sweep.ts'
import { takeTurn } from './turn.ts'

/** Jobs under way get so long to end. */
const stopMs = 10_000

const config = readConfig(process.env)
const log = createLog('workers', config.LOG_LEVEL)
const stores = await openStores(config)
stores.mongo.pageCache = createPageCache()
const queues = openQueues(stores.redis)
const connection = connectRedis(config.REDIS_URL, 'worker')
await connection.connect()

const marks = createMarks(stores.mongo, (error) =>
  log.warn({ error: error.message }, 'activities could not be marked as scored; the sweep takes them up again'),
)
const scorer = createScorer(async (org, keys, handOver) => {
  const turn = takeTurn(stores.redis, org)
  try {
    const hook = async (point: PassPoint) => {
      // Reading what is to be scored disturbs nobody; the tallies are for one process at a time.
      if (point === 'newest-read' && !(await turn.taken)) stores.mongo.pageCache?.forget(org)
      if (point !== 'standings-written') return
      turn.end()
      handOver()
    }
    await scorePass(stores, org, keys, hook, marks.mark)
  } finally {
    turn.end()
  }
})
let stopping = false
const workers = [
  runJobs('score', ({ org, keys }) => scorer.submit(org, keys), { connection, log, concurrency: 20 }),
  runJobs(
    'rederive',
    ({ org }, job) =>
      rederive(stores, org, {
        submit: scorer.submit,
        onProgress: async (done) => void (await job.updateProgress(done)),
        stopped: () => stopping,
      }),
    { connection, log, concurrency: 1 },
  ),
]
const sweep = startSweep(stores, queues, log)
const clocks = [
  startClock('contests', contestClock({ stores, queues }), log),
  startClock('badges', () => badgeRound({ stores, queues }, Date.now()), log),
]

console.log(JSON.stringify({ ready: true }))
await untilStopped()
stopping = true
// While Redis is away the queues would never close; what was begun is begun anew by the next worker.
setTimeout(() => process.exit(), stopMs).unref()
await Promise.all([sweep, ...clocks].map((one) => one.stop()))
await Promise.all(workers.map((worker: { close(): Promise<void> }) => worker.close()))
await marks.stop()
await queues.close()
connection.disconnect()
await stores.close()
