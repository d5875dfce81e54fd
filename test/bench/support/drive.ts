import type { JobName, Jobs } from '../driver/jobs.ts'
import { startNode } from './processes.ts'

const drivenMs = 240_000

/** Has a fresh driver process do one job; rejects when it fails or takes more than four minutes. */
export async function drive<Name extends JobName>(
  name: Name,
  options: Jobs[Name]['options'],
): Promise<Jobs[Name]['result']> {
  const driver = await startNode('test/bench/driver/main.ts', { channel: true })
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The driver did not finish ${name} in time`)), drivenMs)
      driver.child.once('exit', () => reject(new Error(`The driver ended during ${name}`)))
      driver.child.once('message', (answer: { result?: Jobs[Name]['result']; error?: string }) => {
        clearTimeout(timer)
        if (answer.error === undefined) resolve(answer.result as Jobs[Name]['result'])
        else reject(new Error(answer.error))
      })
      driver.child.send({ name, options })
    })
  } finally {
    await driver.stop()
  }
}
