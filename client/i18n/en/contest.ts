export const contest = {
  phase: {
    scheduled: 'Starts soon',
    live: 'Live',
    closing: 'Counting',
    final: 'Final',
    cancelled: 'Cancelled',
  },
} as const
