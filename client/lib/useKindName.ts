import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'

const keys: Record<string, MessageKey> = {
  'call.made': 'kind.call_made',
  'visit.made': 'kind.visit_made',
  'followup.done': 'kind.followup_done',
  'meeting.held': 'kind.meeting_held',
  'proposal.sent': 'kind.proposal_sent',
  'quote.sent': 'kind.quote_sent',
  'lead.created': 'kind.lead_created',
  'deal.won': 'kind.deal_won',
  'deal.lost': 'kind.deal_lost',
  'payment.collected': 'kind.payment_collected',
  'training.done': 'kind.training_done',
  'review.received': 'kind.review_received',
}

/** Names of kinds of activity; an organization's own kind is shown as it is written. */
export function useKindName(): (kind: string) => string {
  const { t } = useText()
  return (kind) => {
    const key = keys[kind]
    return key ? t(key) : kind
  }
}
