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

/** `1200`, `1,200.50` and `1.200,50`: where a comma could stand for either, it is not guessed. */
const written = [/^\d+(\.\d{1,3})?$/, /^\d{1,3}(,\d{3})+(\.\d{1,3})?$/]
const writtenWithComma = [/^\d+,\d{1,2}$/, /^\d{1,3}(\.\d{3})+,\d{1,2}$/]

/** Minor units of an amount as typed, also with a decimal comma or full-width digits; `null` when it is none. */
export function minorOf(amount: string, currency: string): number | null {
  const typed = amount.normalize('NFKC').replaceAll(/\s/g, '')
  const fits = (form: RegExp) => form.test(typed)
  const comma = writtenWithComma.some(fits)
  if (!comma && !written.some(fits)) return null
  const plain = comma ? typed.replaceAll('.', '').replace(',', '.') : typed.replaceAll(',', '')
  const [whole = '0', part = ''] = plain.split('.')
  const digits = currencyDigits(currency)
  if (whole.length > 11 || part.length > digits) return null
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
