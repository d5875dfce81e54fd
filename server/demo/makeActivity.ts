import { demoAccounts, demoSegments } from './floor.ts'
import { pick, type Random } from './random.ts'

/** How often each kind happens, in parts. */
const mix: readonly [kind: string, parts: number][] = [
  ['call.made', 52],
  ['followup.done', 14],
  ['meeting.held', 9],
  ['visit.made', 4],
  ['lead.created', 8],
  ['quote.sent', 5],
  ['proposal.sent', 4],
  ['deal.won', 2.2],
  ['deal.lost', 1.2],
  ['payment.collected', 1.6],
]
const parts = mix.reduce((sum, [, part]) => sum + part, 0)

/** One activity as a CRM would send it. */
export interface DemoActivity {
  externalId: string
  kind: string
  person: { externalId: string }
  occurredAt: string
  value?: { amountMinor: number; currency: string }
  quantity: number
  attributes: Record<string, string | number>
}

/** Makes one activity of a person; skill (around 1) makes deals more frequent and larger. */
export function makeActivity(
  random: Random,
  {
    externalId,
    personExternalId,
    atMs,
    currency,
    skill,
  }: { externalId: string; personExternalId: string; atMs: number; currency: string; skill: number },
): DemoActivity {
  const kind = pickKind(random, skill)
  const activity: DemoActivity = {
    externalId,
    kind,
    person: { externalId: personExternalId },
    occurredAt: new Date(atMs).toISOString(),
    quantity: 1,
    attributes: { account: pick(random, demoAccounts), segment: pick(random, demoSegments) },
  }
  if (kind === 'call.made') activity.attributes.minutes = 1 + Math.floor(random() * 18)
  if (kind === 'deal.won' || kind === 'payment.collected' || kind === 'quote.sent') {
    const size = Math.exp(7.2 + random() * 2.4) * skill
    activity.value = { amountMinor: Math.round(size) * 100, currency }
  }
  return activity
}

function pickKind(random: Random, skill: number): string {
  let at = random() * parts
  for (const [kind, part] of mix) {
    at -= part * (kind === 'deal.won' ? skill : 1)
    if (at < 0) return kind
  }
  return 'call.made'
}
