import type { Messages } from './keys.ts'
import { celebration } from './zh-CN/celebration.ts'
import { contest } from './zh-CN/contest.ts'
import { format } from './zh-CN/format.ts'
import { kind } from './zh-CN/kind.ts'
import { link } from './zh-CN/link.ts'
import { nav } from './zh-CN/nav.ts'
import { problem } from './zh-CN/problem.ts'
import { screens } from './zh-CN/screens.ts'
import { session } from './zh-CN/session.ts'
import { setup } from './zh-CN/setup.ts'
import { ui } from './zh-CN/ui.ts'
import { wall } from './zh-CN/wall.ts'

/** 简体中文. Written for a Chinese sales floor, not translated. */
export const zhCN: Messages = {
  celebration,
  contest,
  format,
  kind,
  link,
  nav,
  problem,
  screens,
  session,
  setup,
  ui,
  wall,
}
