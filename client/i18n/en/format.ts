export const format = {
  comma: ', ',
  seconds: '{n} s',
  minutes: '{n} min',
  hours: '{n} h',
  days: '{n} d',
  ago: '{length} ago',
  justNow: 'just now',
} as const
