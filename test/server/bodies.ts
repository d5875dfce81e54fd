import { threeCalls } from '../support/badge.ts'
import { sprintInput } from '../support/contest.ts'
import { floorBoard, floorPerson, floorSettings } from '../support/floor.ts'
import { metricOver } from '../support/metric.ts'

const { id: _m, ...metric } = metricOver('extra', 'visit.made', 'count')
const { id: _p, ...person } = floorPerson('extra', 'red')
const rule = {
  name: { en: 'Extra' },
  selection: { kinds: ['visit.made'], filter: [{ field: 'attributes.size', op: 'is', value: 'L' }] },
  award: { type: 'fixed', points: 1 },
  weights: { attribute: 'segment', percentByValue: { gold: 150 } },
  dailyCap: 10,
  active: true,
}
const { past: _past, ...badge } = { ...threeCalls, name: { en: 'Extra' } }
const streak = { name: { en: 'Extra' }, metricId: 'calls', target: 2, active: true }
const days = { fromDay: '2026-11-01', toDay: '2026-11-02' }
const user = { name: 'Extra', email: 'extra@floor.example', role: 'rep', personId: 'bo', teamId: null, active: true }
const yesterday = new Date(Date.now() - 86_400_000).toISOString()
const own = { id: 'own-1', kind: 'call.made', occurredAt: yesterday, quantity: 1, note: 'n', account: 'a' }
const secret = 'a'.repeat(43)

/** A body that each writing route would take, but for what it names; fields of every type somewhere. */
export const bodies: Record<string, object> = {
  'post /session': { email: 'boss@floor.example', password: 'whatever it is' },
  'post /session/link': { token: secret },
  'put /session/password': { currentPassword: 'x', newPassword: 'a long enough sentence' },
  'post /setup': {
    token: secret,
    organization: floorSettings,
    admin: { name: 'A', email: 'a@b.example', password: 'a long enough sentence' },
  },
  'put /organization': floorSettings,
  'post /users': user,
  'put /users/:id': user,
  'post /metrics': metric,
  'put /metrics/:id': metric,
  'post /points-rules': rule,
  'put /points-rules/:id': rule,
  'post /boards': floorBoard('calls'),
  'put /boards/:id': floorBoard('calls'),
  'post /teams': { name: 'Extra', level: 'team', parentId: 'north', color: 1 },
  'put /teams/:id': { name: 'Extra', level: 'team', parentId: 'north', color: 1 },
  'post /people': person,
  'put /people/:id': person,
  'post /metrics/preview': { metric, replacesId: 'calls', ...days },
  'post /points-rules/preview': { rule, replacesId: 'call-points', ...days },
  'post /badges': { ...badge, past: 'quiet' },
  'put /badges/:id': { ...badge, past: 'quiet' },
  'post /badges/preview': { badge },
  'post /streaks': streak,
  'put /streaks/:id': streak,
  'post /contests': sprintInput(Date.UTC(2100, 0)),
  'put /contests/:id': sprintInput(Date.UTC(2100, 0)),
  'post /sources': { name: 'Extra', active: true },
  'put /sources/:id': { name: 'Extra', active: true },
  'post /unmatched/assign': { sourceId: 'crm', ref: { externalId: 'x' }, personId: 'bo' },
  'post /my/activities': own,
}
