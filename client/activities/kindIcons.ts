import {
  BadgeCheck,
  CircleCheckBig,
  CircleX,
  FileText,
  Footprints,
  GraduationCap,
  Handshake,
  type LucideIcon,
  Phone,
  Receipt,
  Repeat,
  Star,
  UserPlus,
  Wallet,
} from '@lucide/vue'

const icons: Record<string, LucideIcon> = {
  'call.made': Phone,
  'visit.made': Footprints,
  'followup.done': Repeat,
  'meeting.held': Handshake,
  'proposal.sent': FileText,
  'quote.sent': Receipt,
  'lead.created': UserPlus,
  'deal.won': BadgeCheck,
  'deal.lost': CircleX,
  'payment.collected': Wallet,
  'training.done': GraduationCap,
  'review.received': Star,
}

/** The mark of a kind of activity. */
export function kindIcon(kind: string): LucideIcon {
  return icons[kind] ?? CircleCheckBig
}
