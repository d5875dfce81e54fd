import type { Board } from '#shared/board.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { floorPerson } from '../../support/floor.ts'
import { personId } from '../support/line.ts'

export const org = 'bench'
export const sourceId = 'bench-source'
export const people = 100
const teams = 8

/** Boards that no activity reaches: the bench writes their standings itself. */
export const loadBoards = 10

/** The definitions of a floor of 100 people in 8 teams with the metrics, rules and boards of a fresh organization. */
export function benchFloor() {
  const { metrics, rules, boards } = defaultDefinitions((name) => name.replaceAll('.', '-'), { currency: 'EUR' })
  const shown = boards.find((board) => board.cycle.every === 'all') as Board
  const extra = Array.from(
    { length: loadBoards },
    (_, index): Board => ({
      ...shown,
      id: loadBoardId(index),
      position: 1000 + index,
      active: false,
    }),
  )
  return {
    metrics,
    rules,
    boards: [...boards, ...extra],
    shownBoardId: shown.id,
    teams: benchTeams(),
    people: benchPeople(),
  }
}

/** Id of one of the boards that the bench writes itself. */
export function loadBoardId(index: number): string {
  return `bench-board-${index}`
}

function benchTeams(): Team[] {
  const company: Team = { id: 'company', name: 'Company', level: 'company', parentId: null, color: 1 }
  const own = Array.from(
    { length: teams },
    (_, index): Team => ({
      id: teamId(index),
      name: `Team ${index + 1}`,
      level: 'team',
      parentId: 'company',
      color: index + 1,
    }),
  )
  return [company, ...own]
}

function benchPeople(): Person[] {
  return Array.from({ length: people }, (_, index) => ({
    ...floorPerson(personId(index), teamId(index % teams)),
    identities: [{ sourceId, externalId: `crm-${index}` }],
  }))
}

function teamId(index: number): string {
  return `team-${index}`
}
