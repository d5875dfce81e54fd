export const problem = {
  offline: 'The server cannot be reached. Check the connection and try again.',
  timeout: 'The server took too long to answer. Try again in a moment.',
  answer: 'The server gave an answer that this page does not understand. Reload the page.',
  field: 'This is not right yet.',
  unexpected: 'Something went wrong on this page. Reload it and try again.',
  missing: 'Page not found',
  missingTitle: 'There is no page at this address',
  missingAbout: 'The link may be old, or a letter of it got lost.',
  toStart: 'Go to the start',
} as const
