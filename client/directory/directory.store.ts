import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import type { Board } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'
import type { Person } from '#shared/person.ts'
import type { PointsRule } from '#shared/points.ts'
import type { Team } from '#shared/team.ts'
import { useNews } from '../lib/realtime.ts'
import type { Loaded } from '../lib/useLoad.ts'
import { useSession } from '../session/session.store.ts'
import { createList } from './list.ts'

/** What many pages name: people, teams, metrics, rules and boards. Read again when the server says that they changed. */
export const useDirectory = defineStore('directory', () => {
  const people = createList<Person>('/people')
  const teams = createList<Team>('/teams')
  const metrics = createList<Metric>('/metrics')
  const rules = createList<PointsRule>('/points-rules')
  const boards = createList<Board>('/boards')
  const lists = [people, teams, metrics, rules, boards]
  const session = useSession()
  useNews('definitions:changed', () => {
    for (const list of lists) list.refresh()
  })
  watch(
    () => session.user?.id,
    () => {
      for (const list of lists) list.forget()
    },
    { flush: 'sync' },
  )
  return {
    people,
    teams,
    metrics,
    rules,
    boards,
    personById: computed(() => byId(people.state.value)),
    teamById: computed(() => byId(teams.state.value)),
    metricById: computed(() => byId(metrics.state.value)),
  }
})

function byId<T extends { id: string }>(state: Loaded<readonly T[]>): ReadonlyMap<string, T> {
  return new Map(state.is === 'ready' ? state.value.map((one) => [one.id, one]) : [])
}
