export const link = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'Stale since {time}',
  offline: 'Offline since {time}',
} as const
