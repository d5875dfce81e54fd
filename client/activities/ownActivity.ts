import type { OwnActivityInput } from '#shared/contract/activities.ts'
import { currencyDigits } from '../lib/format.ts'

/** What the log sheet asks for. */
export interface OwnActivityDraft {
  kind: string
  /** In major units as typed: `1,200.50`. */
  amount: string
  quantity: number
  account: string
  note: string
}

/** Minor units of an amount as typed; `null` when it is none. Reads `1,200.50`, `1200` and full-width digits. */
export function minorOf(amount: string, currency: string): number | null {
  const plain = amount.normalize('NFKC').replaceAll(/[,\s]/g, '')
  if (!/^\d{1,11}(\.\d{1,3})?$/.test(plain)) return null
  const [whole = '0', part = ''] = plain.split('.')
  const digits = currencyDigits(currency)
  if (part.length > digits) return null
  return Number(whole) * 10 ** digits + Number(part.padEnd(digits, '0') || '0')
}

/** The body of POST /my/activities; `null` when the amount is no number. */
export function ownActivity(
  draft: OwnActivityDraft,
  { id, nowMs, currency }: { id: string; nowMs: number; currency: string },
): OwnActivityInput | null {
  const amountMinor = draft.amount.trim() ? minorOf(draft.amount, currency) : undefined
  if (amountMinor === null) return null
  return {
    id,
    kind: draft.kind,
    occurredAt: new Date(nowMs).toISOString(),
    ...(amountMinor === undefined ? {} : { value: { amountMinor, currency } }),
    quantity: draft.quantity,
    account: draft.account.trim(),
    note: draft.note.trim(),
  }
}
