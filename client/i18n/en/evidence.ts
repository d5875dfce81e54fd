export const evidence = {
  automatic: 'Automatic',
  'manager-verified': 'Verified',
  'self-reported': 'Self-reported',
  quarantined: 'On hold',
} as const
