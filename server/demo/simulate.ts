import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { untilStopped } from '../process.ts'
import { demoSellers } from './demoPeople.ts'
import { makeActivity } from './makeActivity.ts'
import { pick, seededRandom } from './random.ts'

/** Average time between two activities of the floor: lively enough to see, slow enough to read. */
const averageMs = 2500

const config = readConfig(process.env)
const log = createLog('simulator', config.LOG_LEVEL)
const demo = JSON.parse(readFileSync(join(config.DATA_DIR, 'demo.json'), 'utf8')) as {
  key: string
  currency: string
}
const sellers = demoSellers()
const url = `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${config.PORT}/api/v1/activities`
const random = seededRandom(Date.now())
let count = 0
let timer: NodeJS.Timeout | undefined

async function sendOne(): Promise<void> {
  const person = pick(random, sellers)
  const activity = makeActivity(random, {
    externalId: `live-${Date.now()}-${count++}`,
    personExternalId: person.externalId,
    atMs: Date.now(),
    currency: demo.currency,
    skill: person.skill,
  })
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${demo.key}` },
    body: JSON.stringify(activity),
    signal: AbortSignal.timeout(5000),
  })
  if (!answer.ok) log.warn({ status: answer.status }, 'the server refused an activity')
}

function schedule(): void {
  timer = setTimeout(
    () => {
      sendOne()
        .catch((error: Error) => log.warn({ error: error.message }, 'the server could not be reached'))
        .finally(schedule)
    },
    -Math.log(1 - random()) * averageMs,
  )
}

schedule()
console.log(JSON.stringify({ ready: true }))
await untilStopped()
clearTimeout(timer)
process.exit()
