import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Role, SessionView } from '#shared/contract/session.ts'
import { ApiProblem, api } from '../lib/api.ts'

/** `unknown` until the server was asked, or while it cannot be reached. */
export type SessionState = { is: 'unknown' } | { is: 'out' } | { is: 'in'; view: SessionView }

/** Who is signed in. */
export const useSession = defineStore('session', () => {
  const state = shallowRef<SessionState>({ is: 'unknown' })
  const view = computed(() => (state.value.is === 'in' ? state.value.view : null))

  /** Asks the server once; an unreachable one leaves `unknown`, and the next call asks again. */
  async function load(): Promise<SessionState> {
    if (state.value.is !== 'unknown') return state.value
    try {
      state.value = { is: 'in', view: await api.get<SessionView>('/session') }
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) state.value = { is: 'out' }
    }
    return state.value
  }

  return {
    state,
    view,
    user: computed(() => view.value?.user ?? null),
    organization: computed(() => view.value?.organization ?? null),
    role: computed<Role>(() => view.value?.user.role ?? 'viewer'),
    load,
    /** Asks again, after something about the organization was changed. */
    async reload() {
      state.value = { is: 'in', view: await api.get<SessionView>('/session') }
    },
    forget() {
      state.value = { is: 'out' }
    },
    async signIn(email: string, password: string) {
      state.value = { is: 'in', view: await api.post<SessionView>('/session', { email, password }) }
    },
    /** Exchanges the token of a one-time link. */
    async signInByLink(token: string) {
      state.value = { is: 'in', view: await api.post<SessionView>('/session/link', { token }) }
    },
    /** Creates the organization and its first admin; `input` is the body of POST /setup. */
    async setUp(input: unknown) {
      state.value = { is: 'in', view: await api.post<SessionView>('/setup', input) }
    },
    async signOut() {
      await api.delete('/session')
      state.value = { is: 'out' }
    },
  }
})
export type SessionStore = ReturnType<typeof useSession>
