import { type JobName, type Jobs, jobs } from './jobs.ts'

/** The driver: a process of its own that does one job and answers its result. */
process.on('message', async ({ name, options }: { name: JobName; options: never }) => {
  try {
    const run = jobs[name] as (options: never) => Promise<Jobs[JobName]['result']>
    process.send?.({ result: await run(options) })
  } catch (error) {
    process.send?.({ error: (error as Error).stack ?? String(error) })
  }
})
process.on('disconnect', () => process.exit())
console.log(JSON.stringify({ ready: true }))
