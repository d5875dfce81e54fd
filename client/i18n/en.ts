import { celebration } from './en/celebration.ts'
import { contest } from './en/contest.ts'
import { format } from './en/format.ts'
import { kind } from './en/kind.ts'
import { link } from './en/link.ts'
import { nav } from './en/nav.ts'
import { problem } from './en/problem.ts'
import { screens } from './en/screens.ts'
import { session } from './en/session.ts'
import { setup } from './en/setup.ts'
import { ui } from './en/ui.ts'
import { wall } from './en/wall.ts'

/** English. One file per noun; the same key in every language. */
export const en = { celebration, contest, format, kind, link, nav, problem, screens, session, setup, ui, wall } as const
