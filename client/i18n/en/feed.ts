export const feed = {
  title: 'Feed',
  about: 'What happens on the floor, as it happens.',
  empty: 'Nothing has happened yet',
  emptyAbout: 'Activities, badges and contests appear here the moment they are known.',
  older: 'Show older',
  end: 'That is all.',
  badge: 'earned the badge {badge}',
  streak: '{days} days in a row: {streak}',
  contest: {
    live: '{contest} has started',
    closing: '{contest} is over; late activities are being counted',
    final: '{contest}: {winner} wins',
    tie: '{contest} ends in a tie',
    restated: '{contest}: facts came after the end',
  },
  show: 'Show',
  shows: {
    all: 'Everything',
    money: 'Deals and payments',
    honours: 'Badges and contests',
  },
  today: 'Today',
} as const
