import type { Plan } from './choose.ts'

/** What the command that runs now has looked at, for the log of slow commands. */
export interface Work {
  docs: number
  plan: Plan | undefined
}

/** One command runs at a time: one note is enough. */
export const work: Work = { docs: 0, plan: undefined }

/** To be called before each command. */
export const beginWork = (): void => {
  work.docs = 0
  work.plan = undefined
}

/** A plan in one word or two, without values. */
export const planText = (plan: Plan): string => {
  if (plan.kind === 'scan') return 'COLLSCAN'
  if (plan.kind === 'union') return `OR ${plan.plans.map(planText).join(', ')}`
  return `IXSCAN ${plan.index.name}`
}
