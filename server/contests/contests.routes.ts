import { z } from 'zod'
import { type Contest, type ContestInput, contestInputSchema, contestPhase, contestSchema } from '#shared/contest.ts'
import { contestListItemSchema } from '#shared/contract/contestList.ts'
import { contestPhaseSchema, contestViewSchema } from '#shared/contract/contestView.ts'
import { idSchema } from '#shared/schema.ts'
import { decidedContest, outcomeOf } from '../data/contestOutcome.ts'
import {
  cancelContest,
  contestById,
  contestInputProblem,
  createContest,
  frozenContest,
  listContests,
  mostOpenContests,
  replaceContest,
} from '../data/contests.ts'
import { readContestView } from '../data/contestView.ts'
import type { ChangeStores } from '../data/definitionChange.ts'
import { newId } from '../data/tokens.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { firstOf, listChanged, pageQuery, pageSchema } from '../http/page.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import { checkContestReach } from './contestReach.ts'

const byId = z.strictObject({ id: idSchema })
const contestAnswer = z.object({ contest: contestSchema, phase: contestPhaseSchema })
const begun = new Refusal(409, 'contest.begun', 'A contest can be changed only before it begins')

/** Contests of teams: reading for everyone; making, changing and cancelling for admins, and for managers in their teams. */
export function contestRoutes(parts: ChangeStores): Route[] {
  const { stores } = parts
  const { mongo } = stores

  /** A stored contest that this caller may change. */
  async function reached(principal: UserPrincipal, id: string): Promise<void> {
    const stored = await contestById(mongo, principal.org, id)
    if (!stored) throw notFound('contest')
    checkContestReach(await knownDefinitions(mongo, principal.org), principal, stored, Date.now())
  }

  async function prepared(principal: UserPrincipal, input: ContestInput, id: string): Promise<Contest> {
    const definitions = await knownDefinitions(mongo, principal.org)
    checkContestReach(definitions, principal, input, Date.now())
    const problem = contestInputProblem(definitions, input, Date.now())
    const contest = problem ? null : frozenContest(definitions, input, id)
    if (contest) return contest
    const { code, message, path } = problem ?? { code: 'contest.metric', message: 'No such metric', path: 'metricId' }
    throw new Refusal(422, code, message, { issues: [{ path: `body.${path}`, message }] })
  }

  return [
    route({
      method: 'get',
      path: '/contests',
      summary: 'Contests that are not over, then the last ones that are, in pages, with how they stand',
      permit: 'viewer',
      query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(100) }),
      answer: pageSchema(contestListItemSchema),
      async handle({ principal: { org }, query: { limit, after } }) {
        const last = after === undefined ? null : await contestById(mongo, org, after)
        if (after !== undefined && !last) throw listChanged()
        return firstOf(await listContests(mongo, org, { limit, nowMs: Date.now(), after: last }), limit)
      },
    }),
    route({
      method: 'post',
      path: '/contests',
      summary: 'Make a contest',
      permit: 'manager',
      body: contestInputSchema,
      answer: contestAnswer,
      status: 201,
      async handle({ principal, body }) {
        const { org } = principal
        const open = await mongo.contests.countDocuments({ org, finalAtMs: null, cancelledAtMs: null })
        if (open >= mostOpenContests)
          throw new Refusal(409, 'contest.too_many', `At most ${mostOpenContests} contests may be open at a time`)
        const contest = await prepared(principal, body, newId())
        await createContest(parts, org, contest)
        return { contest, phase: contestPhase(contest, Date.now()) }
      },
    }),
    route({
      method: 'get',
      path: '/contests/:id',
      summary: 'A contest with all that was fixed about it',
      permit: 'viewer',
      params: byId,
      answer: contestAnswer,
      async handle({ principal, params }) {
        const stored = await contestById(mongo, principal.org, params.id)
        if (!stored) throw notFound('contest')
        const contest = decidedContest(stored, await outcomeOf(mongo, stored.id))
        return { contest, phase: contestPhase(contest, Date.now()) }
      },
    }),
    route({
      method: 'get',
      path: '/contests/:id/view',
      summary: 'How a contest stands',
      permit: 'viewer',
      params: byId,
      answer: contestViewSchema,
      async handle({ principal, params }) {
        const view = await readContestView(stores, principal.org, params.id, Date.now())
        if (!view) throw notFound('contest')
        return view
      },
    }),
    route({
      method: 'put',
      path: '/contests/:id',
      summary: 'Change a contest that has not begun',
      permit: 'manager',
      params: byId,
      body: contestInputSchema,
      answer: contestAnswer,
      async handle({ principal, params, body }) {
        const { org } = principal
        await reached(principal, params.id)
        const contest = await prepared(principal, body, params.id)
        const nowMs = Date.now()
        if (!(await replaceContest(parts, org, contest, nowMs))) throw begun
        return { contest, phase: contestPhase(contest, nowMs) }
      },
    }),
    route({
      method: 'post',
      path: '/contests/:id/cancel',
      summary: 'Cancel a contest that has no result yet',
      permit: 'manager',
      params: byId,
      async handle({ principal, params }) {
        const { org } = principal
        await reached(principal, params.id)
        if (!(await cancelContest(parts, org, params.id, Date.now())))
          throw new Refusal(409, 'contest.final', 'The contest has its result, which stands')
      },
    }),
  ]
}
