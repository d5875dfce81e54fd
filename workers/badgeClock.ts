import { type GrantCase, grantDoc, insertGrants, settleGrants } from '#server/data/badgeGrants.ts'
import { earnedCases, grantedCases } from '#server/data/badgePast.ts'
import { type ChangeStores, changeDefinitions } from '#server/data/definitionChange.ts'
import type { Stored } from '#server/data/definitionCollections.ts'
import { type Definitions, definitionsOf } from '#server/data/definitions.ts'
import { inTurn } from '#server/data/inTurn.ts'
import type { Stores } from '#server/data/stores.ts'
import type { BadgePast, DefinedBadge } from '#shared/badge.ts'
import { tellBadges } from './badgeNews.ts'

const casesAtOnce = 500
const noEffect = { boards: false, worth: false }

/**
 * One round: does what new and changed badges shall do about the past. First what was earned before is granted or declined,
 * while passes leave the badge alone; then, with passes at work, everything is looked at once more, since some may have
 * gone by meanwhile. Who dies on the way is followed by somebody who begins that step anew.
 */
export async function badgeRound(parts: ChangeStores, nowMs: number): Promise<void> {
  const open = parts.stores.mongo.badges.find({ past: { $type: 'string' } })
  await inTurn(open.lean().cursor({ batchSize: 20 }), (doc) => stepPast(parts, doc, nowMs))
}

async function stepPast(parts: ChangeStores, doc: Stored<DefinedBadge>, nowMs: number): Promise<void> {
  const { mongo } = parts.stores
  const definitions = await definitionsOf(mongo, doc.org)
  const badge = definitions?.badges.find((one) => one.id === doc._id)
  // It has been changed since it was found: the next round sees it.
  if (!definitions || !badge || badge.past !== doc.past || badge.past === null) return
  if (badge.past === 'settle') await settlePast(parts.stores, definitions, badge, nowMs)
  else await decidePast(parts.stores, definitions, badge, { past: badge.past, nowMs })
  const next = badge.past === 'settle' ? null : 'settle'
  await changeDefinitions(parts, doc.org, () => ({
    effect: noEffect,
    write: () => mongo.badges.updateOne({ _id: doc._id, past: badge.past }, { $set: { past: next } }),
  }))
}

async function decidePast(
  { mongo }: Stores,
  definitions: Definitions,
  badge: DefinedBadge,
  { past, nowMs }: { past: BadgePast; nowMs: number },
): Promise<void> {
  const org = definitions.organization.id
  // The rule may count by other lines now, of which there may be fewer.
  await mongo.badgeGrants.collection.updateMany({ org, badgeId: badge.id }, { $set: { entries: 0 } })
  // What shall be granted aloud is granted when everything is looked at once more.
  if (past === 'grant') return
  const flags = { declined: past === 'none', told: true }
  for await (const earned of earnedCases(mongo, definitions, badge))
    await insertGrants(
      mongo,
      earned.map(({ one, measured }) => grantDoc(org, one, { measured, nowMs, ...flags })),
    )
}

async function settlePast(stores: Stores, definitions: Definitions, badge: DefinedBadge, nowMs: number): Promise<void> {
  const settle = async (cases: GrantCase[]) =>
    await tellBadges(stores, definitions, await settleGrants(stores.mongo, definitions, cases, nowMs), nowMs)
  let open: GrantCase[] = []
  for await (const earned of earnedCases(stores.mongo, definitions, badge)) {
    open.push(...earned.map(({ one }) => one))
    if (open.length < casesAtOnce) continue
    await settle(open)
    open = []
  }
  await settle(open)
  for await (const granted of grantedCases(stores.mongo, definitions, badge)) await settle(granted)
}
