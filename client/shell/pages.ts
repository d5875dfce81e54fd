import { type LucideIcon, MonitorPlay } from '@lucide/vue'
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

export const pages: readonly Page[] = [
  {
    path: '/screens',
    name: 'screens',
    role: 'viewer',
    component: () => import('../screens/ScreensPage.vue'),
    nav: { label: 'nav.screens', icon: MonitorPlay, group: 'play' },
  },
]

/** The pages that a role finds in the navigation. */
export function navigation(role: Role) {
  return pages.flatMap(({ name, nav, role: needed }) => (nav && reaches(role, needed) ? [{ name, ...nav }] : []))
}

/** Where a role begins. */
export function firstPage(role: Role): Page {
  const first = pages.find((page) => page.nav && reaches(role, page.role))
  if (!first) throw new Error('No page is open to everyone')
  return first
}
