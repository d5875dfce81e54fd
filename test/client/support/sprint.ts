import type { ContestInput } from '#shared/contest.ts'
import type { DemoHouse } from './demoHouse.ts'

/** Two teams against each other for an hour, since a minute ago; answers the id. */
export async function makeSprint({ as, people, teams }: DemoHouse): Promise<string> {
  const now = Date.now()
  const sides = teams
    .filter((team) => team.level === 'team')
    .slice(0, 2)
    .map(({ id, name, color }) => ({
      teamId: id,
      name,
      color,
      roster: people.filter((person) => person.memberships[0]?.teamId === id).map((person) => person.id),
    }))
  const contest: ContestInput = {
    name: { en: 'Afternoon sprint', 'zh-CN': '下午冲刺赛' },
    metricId: 'demo-metric-points',
    sides,
    startsAtMs: now - 60_000,
    endsAtMs: now + 3_600_000,
    graceMs: 900_000,
    aggregation: 'sum',
  }
  const { status, body } = await as('manager').post('/contests', contest)
  if (status >= 300) throw new Error(`The sprint was refused: ${JSON.stringify(body)}`)
  return body.contest.id
}
