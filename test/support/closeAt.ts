import { openQueues } from '#server/data/queues.ts'
import { openStores } from '#server/data/stores.ts'
import { contestRound } from '../../workers/contestClock.ts'

/** A process that closes what is due and kills itself at a point of it (`none`: it goes through). */
const [point = 'none', mongoUrl = '', redisUrl = ''] = process.argv.slice(2)
const stores = await openStores({ MONGODB_URL: mongoUrl, REDIS_URL: redisUrl })
const queues = openQueues(stores.redis)
await contestRound(
  { stores, queues },
  {
    nowMs: Date.now(),
    told: new Set(),
    hook: async (at) => {
      if (at === point) process.kill(process.pid, 'SIGKILL')
    },
  },
)
await queues.close()
await stores.close()
