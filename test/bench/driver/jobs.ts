import { boardReads } from './boardReads.ts'
import { bareWrites, productWrites } from './boardWrites.ts'
import { closedLoop } from './closedLoop.ts'
import { fanOut } from './fanOut.ts'
import { openLoop } from './openLoop.ts'
import { overload } from './overload.ts'
import { polling } from './polling.ts'
import { bareDrain, productDrain } from './queueDrain.ts'
import { rebuildRun } from './rebuildRun.ts'

/** What a driver can do. */
export const jobs = {
  openLoop,
  overload,
  closedLoop,
  polling,
  fanOut,
  boardReads,
  bareWrites,
  productWrites,
  bareDrain,
  productDrain,
  rebuildRun,
}
export type JobName = keyof typeof jobs
export type Jobs = {
  [Name in JobName]: {
    options: Parameters<(typeof jobs)[Name]>[0]
    result: Awaited<ReturnType<(typeof jobs)[Name]>>
  }
}
