import type { Messages } from './keys.ts'
import { board } from './zh-CN/board.ts'
import { boards } from './zh-CN/boards.ts'
import { celebration } from './zh-CN/celebration.ts'
import { contest } from './zh-CN/contest.ts'
import { contests } from './zh-CN/contests.ts'
import { day } from './zh-CN/day.ts'
import { evidence } from './zh-CN/evidence.ts'
import { feed } from './zh-CN/feed.ts'
import { floor } from './zh-CN/floor.ts'
import { format } from './zh-CN/format.ts'
import { imports } from './zh-CN/imports.ts'
import { kind } from './zh-CN/kind.ts'
import { link } from './zh-CN/link.ts'
import { log } from './zh-CN/log.ts'
import { metrics } from './zh-CN/metrics.ts'
import { nav } from './zh-CN/nav.ts'
import { people } from './zh-CN/people.ts'
import { person } from './zh-CN/person.ts'
import { points } from './zh-CN/points.ts'
import { preview } from './zh-CN/preview.ts'
import { problem } from './zh-CN/problem.ts'
import { recognition } from './zh-CN/recognition.ts'
import { refusal } from './zh-CN/refusal.ts'
import { screens } from './zh-CN/screens.ts'
import { selection } from './zh-CN/selection.ts'
import { session } from './zh-CN/session.ts'
import { settings } from './zh-CN/settings.ts'
import { setup } from './zh-CN/setup.ts'
import { sources } from './zh-CN/sources.ts'
import { ui } from './zh-CN/ui.ts'
import { unmatched } from './zh-CN/unmatched.ts'
import { users } from './zh-CN/users.ts'
import { wall } from './zh-CN/wall.ts'

/** 简体中文. Written for a Chinese sales floor, not translated. */
export const zhCN: Messages = {
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
}
