import { closedLoop } from './closedLoop.ts'
import { openLoop } from './openLoop.ts'
import { polling } from './polling.ts'

/** What a driver can do. */
export const jobs = { openLoop, closedLoop, polling }
export type JobName = keyof typeof jobs
export type Jobs = {
  [Name in JobName]: {
    options: Parameters<(typeof jobs)[Name]>[0]
    result: Awaited<ReturnType<(typeof jobs)[Name]>>
  }
}
