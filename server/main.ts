import { readConfig } from './config.ts'
import { createLog } from './log.ts'
import { untilStopped } from './process.ts'
import { openWeb } from './web.ts'

const config = readConfig(process.env)
const web = await openWeb(config, createLog('server', config.LOG_LEVEL))
console.log(JSON.stringify({ ready: true, url: web.url }))

await untilStopped()
await web.close()
