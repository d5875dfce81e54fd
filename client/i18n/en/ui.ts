export const ui = {
  close: 'Close',
  retry: 'Try again',
  loading: 'Loading',
  dismiss: 'Dismiss',
  notifications: 'Notifications',
} as const
