export const unmatched = {
  title: 'Unmatched tray',
  about:
    'Activities that name somebody nobody knows. Say who it is: what waits is scored at once, and so is everything to come.',
  empty: 'Every activity belongs to someone',
  emptyAbout: 'When a source names somebody unknown, it waits here and nothing is lost.',
  count: '{n} activity | {n} activities',
  between: '{from} – {to}',
  assign: 'Who is it?',
  done: '{n} activity now counts for {name} | {n} activities now count for {name}',
  more: 'The largest {shown} of {total} are shown.',
} as const
