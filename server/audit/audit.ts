import { definitionsOf } from '../data/definitions.ts'
import type { Stores } from '../data/stores.ts'
import { auditBoards } from './auditBoards.ts'
import { auditContests } from './auditContests.ts'
import { auditLedger } from './auditLedger.ts'
import { auditMembers } from './auditMembers.ts'
import type { Report } from './difference.ts'

/** Compares each derived thing of an organization with what it comes from. */
export async function auditOrganization(stores: Stores, org: string, report: Report): Promise<void> {
  const definitions = await definitionsOf(stores.mongo, org)
  if (!definitions) return
  await auditLedger(stores.mongo, definitions, report)
  await auditMembers(stores.mongo, definitions, report)
  await auditBoards(stores, definitions, report)
  await auditContests(stores.mongo, org, report)
}
