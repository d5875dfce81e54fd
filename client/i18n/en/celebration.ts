export const celebration = {
  dealWon: 'Deal won',
  payment: 'Payment in',
  badge: 'New badge',
  streak: '{n} working day in a row | {n} working days in a row',
  contestWon: 'Contest won',
  contestTied: 'It is a tie',
  rank: 'Place {rank}',
  points: '+{n} point | +{n} points',
  together: '{n} reason to cheer in the last minutes | {n} reasons to cheer in the last minutes',
} as const
