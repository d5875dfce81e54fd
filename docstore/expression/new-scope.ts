import { Timestamp } from 'bson'
import { EMPTY_DOC, valueFromJs } from '../bson/js.ts'
import type { Collation } from '../collation/collation.ts'
import { array, date, type Maybe } from './make.ts'
import { OPERATORS } from './operators.ts'
import { ROOT, type Scope } from './scope.ts'

/** Names that stand for something in every expression, with values that are made when they are first asked for. */
const SYSTEM: Readonly<Record<string, (nowMs: number) => Maybe>> = {
  NOW: (nowMs) => date(nowMs),
  CLUSTER_TIME: (nowMs) => valueFromJs(new Timestamp({ t: Math.floor(nowMs / 1000), i: 1 })),
  REMOVE: () => undefined,
  USER_ROLES: () => array([]),
}

/** A scope with the system's variables and these. */
export const newScope = (
  values: Readonly<Record<string, Maybe>>,
  collation: Collation | undefined,
  nowMs: number,
): Scope => {
  const slots: Maybe[] = [EMPTY_DOC]
  const names = new Map([
    ['ROOT', ROOT],
    ['CURRENT', ROOT],
  ])
  for (const [name, make] of Object.entries(SYSTEM)) names.set(name, slots.push(make(nowMs)) - 1)
  for (const [name, v] of Object.entries(values)) names.set(name, slots.push(v) - 1)
  return { frame: { slots }, names, collation, operators: OPERATORS }
}
