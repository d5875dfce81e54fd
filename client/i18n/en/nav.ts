export const nav = {
  main: 'Main navigation',
  more: 'More',
  manage: 'Manage',
  screens: 'Wall screens',
  skip: 'Skip to the content',
} as const
