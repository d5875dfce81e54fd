export const screens = {
  title: 'Wall screens',
  about: 'Open one on a television. It keeps itself up to date and needs no hands.',
  channel: 'All boards and live contests',
  channelAbout: 'Changes every 20 seconds; a live contest comes every second time.',
  boards: 'Boards',
  contests: 'Contests',
  open: 'Open',
  openNamed: 'Open {name} on this screen',
  noBoards: 'No boards yet',
  noBoardsAbout: 'A board ranks people or teams by one metric. A manager creates the first one.',
} as const
