import {
  Award,
  Cable,
  ChartNoAxesColumn,
  FileUp,
  Gauge,
  Inbox,
  LayoutDashboard,
  type LucideIcon,
  MonitorPlay,
  Newspaper,
  Settings,
  ShieldCheck,
  Sun,
  Swords,
  Users,
} from '@lucide/vue'
import type { Component } from 'vue'
import { type Role, reaches } from '#shared/contract/session.ts'
import type { MessageKey } from '../i18n/keys.ts'

/** A page inside the shell. Adding one: a line here, its component in `client/<noun>/`, its words in `client/i18n`. */
export interface Page {
  path: string
  name: string
  /** The least role that sees it. */
  role: Role
  component: () => Promise<{ default: Component }>
  /** Its place in the navigation, in the order of this list; a page of details has none. */
  nav: { label: MessageKey; icon: LucideIcon; group: 'play' | 'manage' } | null
}

type Line = [path: string, name: string, role: Role, component: Page['component'], nav?: NonNullable<Page['nav']>]
const play = (label: MessageKey, icon: LucideIcon) => ({ label, icon, group: 'play' as const })
const manage = (label: MessageKey, icon: LucideIcon) => ({ label, icon, group: 'manage' as const })

const board = () => import('../boards/BoardEditPage.vue')
const metric = () => import('../metrics/MetricEditPage.vue')
const rule = () => import('../points/PointsRuleEditPage.vue')

const lines: Line[] = [
  ['/floor', 'floor', 'manager', () => import('../floor/FloorPage.vue'), play('nav.floor', LayoutDashboard)],
  ['/day', 'day', 'rep', () => import('../day/MyDayPage.vue'), play('nav.day', Sun)],
  ['/boards', 'boards', 'viewer', () => import('../boards/BoardsPage.vue'), play('nav.boards', ChartNoAxesColumn)],
  ['/boards/new', 'board-new', 'manager', board],
  ['/boards/:boardId', 'board', 'viewer', () => import('../boards/BoardPage.vue')],
  ['/boards/:boardId/edit', 'board-edit', 'manager', board],
  ['/contests', 'contests', 'viewer', () => import('../contests/ContestsPage.vue'), play('nav.contests', Swords)],
  ['/contests/new', 'contest-new', 'manager', () => import('../contests/NewContestPage.vue')],
  ['/contests/:contestId', 'contest', 'viewer', () => import('../contests/ContestPage.vue')],
  ['/feed', 'feed', 'viewer', () => import('../feed/FeedPage.vue'), play('nav.feed', Newspaper)],
  ['/people', 'people', 'viewer', () => import('../people/PeoplePage.vue'), play('nav.people', Users)],
  ['/people/new', 'person-new', 'manager', () => import('../people/NewPersonPage.vue')],
  ['/people/:personId', 'person', 'viewer', () => import('../people/PersonPage.vue')],
  ['/screens', 'screens', 'viewer', () => import('../screens/ScreensPage.vue'), play('nav.screens', MonitorPlay)],
  // /metrics itself is the server's, for Prometheus.
  ['/measures', 'metrics', 'manager', () => import('../metrics/MetricsPage.vue'), manage('nav.metrics', Gauge)],
  ['/measures/new', 'metric-new', 'manager', metric],
  ['/measures/:metricId', 'metric-edit', 'manager', metric],
  ['/points-rules/new', 'points-rule-new', 'manager', rule],
  ['/points-rules/:ruleId', 'points-rule-edit', 'manager', rule],
  [
    '/recognition',
    'recognition',
    'manager',
    () => import('../recognition/RecognitionPage.vue'),
    manage('nav.recognition', Award),
  ],
  ['/sources', 'sources', 'manager', () => import('../sources/SourcesPage.vue'), manage('nav.sources', Cable)],
  [
    '/unmatched',
    'unmatched',
    'manager',
    () => import('../unmatched/UnmatchedPage.vue'),
    manage('nav.unmatched', Inbox),
  ],
  ['/imports', 'import-new', 'manager', () => import('../imports/ImportPage.vue'), manage('nav.imports', FileUp)],
  ['/imports/:importId', 'import', 'manager', () => import('../imports/ImportRunPage.vue')],
  ['/users', 'users', 'admin', () => import('../users/UsersPage.vue'), manage('nav.users', ShieldCheck)],
  ['/settings', 'settings', 'viewer', () => import('../settings/SettingsPage.vue'), manage('nav.settings', Settings)],
]

export const pages: readonly Page[] = lines.map(([path, name, role, component, nav]) => ({
  path,
  name,
  role,
  component,
  nav: nav ?? null,
}))

/** The pages that a role finds in the navigation. */
export function navigation(role: Role) {
  return pages.flatMap(({ name, path, nav, role: needed }) =>
    nav && reaches(role, needed) ? [{ name, path, ...nav }] : [],
  )
}

/** Is the page at `path` this entry of the navigation or one of its details? */
export function isUnder(entry: Pick<Page, 'path'>, path: string): boolean {
  return path === entry.path || path.startsWith(`${entry.path}/`)
}

/** Where a role begins. */
export function firstPage(role: Role): Page {
  const first = pages.find((page) => page.nav && reaches(role, page.role))
  if (!first) throw new Error('No page is open to everyone')
  return first
}
