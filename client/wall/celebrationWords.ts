import type { Celebration, FeedItem } from '#shared/contract/feed.ts'
import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'
import { formatMoney } from '../lib/format.ts'
import { useKindName } from '../lib/useKindName.ts'

/** What a takeover says: the person first, then why, then what it changed. */
export interface CelebrationWords {
  why: string
  who: string
  about: string
  /** The biggest figure, if there is one. */
  figure: string
  /** What it changed, as short notes. */
  changed: string[]
  color: number | null
  /** Of a team or a contest, which have no face. */
  trophy: boolean
}

/** Kinds that a floor has its own words for when they are cheered. */
const cheered: Record<string, MessageKey> = {
  'deal.won': 'celebration.dealWon',
  'payment.collected': 'celebration.payment',
}

/** Celebrations in the reader's language. */
export function useCelebrationWords(): (celebration: Celebration) => CelebrationWords {
  const { t, name, locale } = useText()
  const kindName = useKindName()

  function ofItem(item: FeedItem): Omit<CelebrationWords, 'changed' | 'trophy'> {
    switch (item.type) {
      case 'activity': {
        const key = cheered[item.kind]
        const money = item.valueMinor !== null && item.currency !== null
        return {
          why: key ? t(key) : kindName(item.kind),
          who: item.name,
          about: item.account ?? item.teamName ?? '',
          figure: money ? formatMoney(item.valueMinor ?? 0, item.currency ?? '', locale.value, 'whole') : '',
          color: item.color,
        }
      }
      case 'badge':
        return {
          why: t('celebration.badge'),
          who: item.name,
          about: item.teamName ?? '',
          figure: name(item.badgeName),
          color: item.color,
        }
      case 'streak':
        return {
          why: name(item.streakName),
          who: item.name,
          about: item.teamName ?? '',
          figure: t('celebration.streak', { n: item.days }),
          color: item.color,
        }
      case 'contest':
        return {
          why: item.winner === null ? t('celebration.contestTied') : t('celebration.contestWon'),
          who: item.winner ?? name(item.contestName),
          about: item.winner === null ? '' : name(item.contestName),
          figure: '',
          color: null,
        }
    }
  }

  return (celebration) => {
    const { item, rankBefore, rankAfter } = celebration
    const climbed = rankAfter !== null && rankBefore !== null && rankAfter < rankBefore
    const points = item.type === 'activity' && item.points > 0
    return {
      ...ofItem(item),
      trophy: item.type === 'contest',
      changed: [
        ...(climbed ? [`${t('celebration.rank', { rank: rankAfter })}  ▲${rankBefore - rankAfter}`] : []),
        ...(points ? [t('celebration.points', { n: item.points })] : []),
      ],
    }
  }
}
