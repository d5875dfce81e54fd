export const person = {
  track: {
    hunter: 'Hunter',
    farmer: 'Farmer',
    telesales: 'Telesales',
    'regional-manager': 'Regional manager',
  },
  tier: {
    newcomer: 'Newcomer',
    mid: 'Mid',
    senior: 'Senior',
  },
} as const
