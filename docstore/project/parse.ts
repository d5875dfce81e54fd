import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import type { Variables } from '../filter/whole.ts'
import { checkProjection } from './check.ts'
import { expressionProjection } from './expressions.ts'
import { type Projection, pick, type Shape } from './pick.ts'

const unchanged: Projection = (doc) => doc

const failed = (code: number, message: string): CommandError => new CommandError(code, message)

/** Whether a field is plainly taken or left out; undefined for expressions. */
const plain = (v: Value): boolean | undefined => {
  if (v.type === T.BOOL) return v.buf[v.start] === 1
  return T.isNumeric(v.type) ? readNumber(v) !== 0 : undefined
}

const place = (shape: Shape, path: string, whole: string): void => {
  const dot = path.indexOf('.')
  const name = dot < 0 ? path : path.slice(0, dot)
  const known = shape.get(name)
  if (dot < 0) {
    if (known) throw failed(31250, `Path collision at ${whole}`)
    shape.set(name, true)
    return
  }
  if (known === true) throw failed(31249, `Path collision at ${whole} remaining portion ${path.slice(dot + 1)}`)
  const inner: Shape = known ?? new Map()
  shape.set(name, inner)
  place(inner, path.slice(dot + 1), whole)
}

const flatten = (prefix: string, v: Value): [string, Value][] =>
  entriesOf(v).flatMap(([name, inner]): [string, Value][] => {
    const path = prefix ? `${prefix}.${name}` : name
    const nested = inner.type === T.OBJECT && !entriesOf(inner)[0]?.[0].startsWith('$') && entriesOf(inner).length > 0
    return nested ? flatten(path, inner) : [[path, inner]]
  })

/** Parses a projection into a function over stored bytes. Throws 31253/31254 when taking and leaving out are mixed. */
export const parseProjection = (v: Value | undefined, filter: Node, variables: Variables): Projection => {
  if (v) checkProjection(v)
  const entries = v ? flatten('', v) : []
  if (!v || entries.length === 0) return unchanged
  const shape: Shape = new Map()
  let takes: boolean | undefined
  let id: boolean | undefined
  let odd = false
  for (const [path, value] of entries) {
    if (path === '') throw failed(40352, 'FieldPath cannot be constructed with empty string')
    const taken = plain(value)
    if (taken === undefined || path.split('.').at(-1) === '$' || path.startsWith('$')) {
      odd = true
      continue
    }
    if (path === '_id') {
      id = taken
      continue
    }
    if (takes !== undefined && takes !== taken)
      throw takes
        ? failed(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
        : failed(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
    takes = taken
    place(shape, path, path)
  }
  if (odd) {
    const parsePlain = (rest: Value): Projection => parseProjection(rest, filter, variables)
    return expressionProjection(entries, { filter, variables, parsePlain })
  }
  const including = takes ?? id ?? false
  if (including) {
    if (id !== false) shape.set('_id', true)
  } else if (id === false) shape.set('_id', true)
  return (doc) => pick(doc, shape, including)
}
