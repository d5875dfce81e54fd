/** How often a badge can be had. */
export const badgeCycles = ['day', 'week', 'month', 'quarter', 'year', 'all'] as const
