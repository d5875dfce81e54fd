/** Names of the built-in kinds of activity, their dots as underscores. */
export const kind = {
  call_made: 'Call made',
  visit_made: 'Visit made',
  followup_done: 'Follow-up done',
  meeting_held: 'Meeting held',
  proposal_sent: 'Proposal sent',
  quote_sent: 'Quote sent',
  lead_created: 'Lead created',
  deal_won: 'Deal won',
  deal_lost: 'Deal lost',
  payment_collected: 'Payment collected',
  training_done: 'Training done',
  review_received: 'Review received',
} as const
