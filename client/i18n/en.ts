import { board } from './en/board.ts'
import { boards } from './en/boards.ts'
import { celebration } from './en/celebration.ts'
import { contest } from './en/contest.ts'
import { contests } from './en/contests.ts'
import { day } from './en/day.ts'
import { evidence } from './en/evidence.ts'
import { feed } from './en/feed.ts'
import { floor } from './en/floor.ts'
import { format } from './en/format.ts'
import { imports } from './en/imports.ts'
import { kind } from './en/kind.ts'
import { link } from './en/link.ts'
import { log } from './en/log.ts'
import { metrics } from './en/metrics.ts'
import { nav } from './en/nav.ts'
import { people } from './en/people.ts'
import { person } from './en/person.ts'
import { points } from './en/points.ts'
import { preview } from './en/preview.ts'
import { problem } from './en/problem.ts'
import { recognition } from './en/recognition.ts'
import { refusal } from './en/refusal.ts'
import { screens } from './en/screens.ts'
import { selection } from './en/selection.ts'
import { session } from './en/session.ts'
import { settings } from './en/settings.ts'
import { setup } from './en/setup.ts'
import { sources } from './en/sources.ts'
import { ui } from './en/ui.ts'
import { unmatched } from './en/unmatched.ts'
import { users } from './en/users.ts'
import { wall } from './en/wall.ts'

/** English. One file per noun; the same key in every language. */
export const en = {
  board,
  boards,
  celebration,
  contest,
  contests,
  day,
  evidence,
  feed,
  floor,
  format,
  imports,
  kind,
  link,
  log,
  metrics,
  nav,
  people,
  person,
  points,
  preview,
  problem,
  recognition,
  refusal,
  screens,
  selection,
  session,
  settings,
  setup,
  sources,
  ui,
  unmatched,
  users,
  wall,
} as const
