import { createRouter, createWebHistory, type Router } from 'vue-router'
import { reaches } from '#shared/contract/session.ts'
import type { SessionStore } from './session/session.store.ts'
import { firstPage, pages } from './shell/pages.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Needs no session. */
    open?: boolean
    /** A wall screen: the whole window, no shell. */
    wall?: boolean
  }
}

const open = { open: true }
const wall = { wall: true }

/** The routes of the client: sign-in, walls, and the pages of `shell/pages.ts` inside the shell. */
export function createAppRouter(session: SessionStore): Router {
  const router = createRouter({
    history: createWebHistory(),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: '/sign-in', name: 'sign-in', meta: open, component: () => import('./session/SignInPage.vue') },
      { path: '/link', name: 'link', meta: open, component: () => import('./session/LinkPage.vue') },
      { path: '/setup', name: 'setup', meta: open, component: () => import('./session/SetupPage.vue') },
      { path: '/wall', name: 'wall', meta: wall, component: () => import('./wall/WallPage.vue') },
      { path: '/wall/board/:boardId', name: 'wall-board', meta: wall, component: () => import('./wall/WallPage.vue') },
      {
        path: '/wall/contest/:contestId',
        name: 'wall-contest',
        meta: wall,
        component: () => import('./wall/WallPage.vue'),
      },
      { path: '/', name: 'home', redirect: () => ({ name: firstPage(session.role).name }) },
      ...pages.map(({ path, name, component }) => ({ path, name, component })),
      { path: '/:rest(.*)*', name: 'missing', component: () => import('./shell/MissingPage.vue') },
    ],
  })
  router.beforeEach(async (to) => {
    if (to.meta.open) return true
    const state = await session.load()
    if (state.is === 'out') return { name: 'sign-in', query: { next: to.fullPath } }
    // The redirect of `/` is chosen before the role is known.
    if (to.redirectedFrom?.name === 'home' && to.name !== firstPage(session.role).name) return { name: 'home' }
    const page = pages.find((page) => page.name === to.name)
    if (page && !reaches(session.role, page.role)) return { name: 'home' }
    return true
  })
  return router
}
