import * as T from '../bson/types.ts'
import type { Collation } from '../collation/collation.ts'
import type { Node, Test } from '../filter/node.ts'
import { topOf } from '../keys/path.ts'
import type { Index } from '../store/index.ts'
import { answers, boundOf, pointsOf } from './collated.ts'

/** A half-open stretch of an index's keys; a point is one whole key. */
export interface Interval {
  readonly low: Buffer
  readonly high: Buffer
  readonly point: boolean
}

/** What a filter says about the keys of one index. */
export interface Bounds {
  readonly intervals: readonly Interval[]
  /** leading fields held to single values or sets of them */
  readonly equal: number
  /** leading fields held to exactly one value: they do not disturb a sort */
  readonly single: number
  readonly range: boolean
  /** every condition of the filter is answered by the intervals */
  readonly exact: boolean
}

const MAX_INTERVALS = 20_000
const END = Buffer.from([0xff])
const AFTER_NAN = Buffer.from([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x81])

/** Conditions that must all hold: by the path they are about, and how many are about no single path. */
export interface Conditions {
  readonly byPath: ReadonlyMap<string, Test[]>
  readonly others: number
}

/** The conditions of a filter. */
export const conjuncts = (node: Node): Conditions => {
  const byPath = new Map<string, Test[]>()
  let others = 0
  const add = (part: Node): void => {
    if (part.kind !== 'field') {
      others++
      if (part.kind === 'call') part.also?.().forEach(add)
      return
    }
    const tests = byPath.get(part.path.text)
    if (tests) tests.push(part.test)
    else byPath.set(part.path.text, [part.test])
  }
  for (const part of node.kind === 'and' ? node.parts : [node]) add(part)
  return { byPath, others }
}

const invert = (key: Buffer): Buffer => {
  const out = Buffer.from(key)
  for (let i = 0; i < out.length; i++) out[i] = ~(out[i] as number) & 0xff
  return out
}

/** The first bytes after everything that begins with these. */
const successor = (key: Buffer): Buffer => {
  let end = key.length
  while (end > 0 && key[end - 1] === 0xff) end--
  if (end === 0) return END
  const out = Buffer.from(key.subarray(0, end))
  out[end - 1] = (out[end - 1] as number) + 1
  return out
}

const sargable = (test: Test): boolean =>
  (test.kind === 'eq' && test.type !== T.ARRAY && test.type !== T.UNDEFINED) ||
  (test.kind === 'in' &&
    (test.exact === true || test.type === T.NULL) &&
    !test.keys?.some((k) => k[0] === 0x50 || k[0] === 0x10))

/** A place among ascending field keys: before or after every key that begins with these bytes. */
interface Place {
  readonly key: Buffer
  readonly after: boolean
}

interface Range {
  readonly low: Place
  readonly high: Place
}

const before = (key: Buffer): Place => ({ key, after: false })
const after = (key: Buffer): Place => ({ key, after: true })
const ascending = ({ key, after }: Place): Buffer => (after ? successor(key) : key)
const descending = ({ key, after }: Place): Buffer => (after ? invert(key) : successor(invert(key)))
const compare = (a: Place, b: Place): number => Buffer.compare(ascending(a), ascending(b))

const rangeOfTest = (index: Index, test: Test): Range | undefined => {
  if (test.prefix) return { low: before(test.prefix), high: after(test.prefix) }
  if (test.kind !== 'range' || !test.exact) return undefined
  const { key, met } = boundOf(index, test)
  const rank = T.rankOf(test.type as number)
  const low = before(rank === 0x20 ? AFTER_NAN : Buffer.from([rank]))
  const high = before(Buffer.from([rank + 1]))
  const up = test.operator === '$gt' || test.operator === '$gte'
  if (!key) return up ? { low: high, high } : { low, high }
  switch (test.operator) {
    case '$gt':
      return { low: met ? after(key) : before(key), high }
    case '$gte':
      return { low: before(key), high }
    case '$lt':
      return { low, high: before(key) }
    default:
      return { low, high: met ? after(key) : before(key) }
  }
}

/** The stretch of ascending field keys that ranges and prefixes allow, and how many conditions it answers fully. */
const rangeOf = (index: Index, tests: readonly Test[]): { range: Range; answers: number } | undefined => {
  let range: Range | undefined
  let answers = 0
  for (const test of tests) {
    const next = rangeOfTest(index, test)
    // the elements of an array may each satisfy one side: only one side bounds the scan
    if (!next || (range && index.multikey)) continue
    range = range
      ? {
          low: compare(range.low, next.low) > 0 ? range.low : next.low,
          high: compare(range.high, next.high) < 0 ? range.high : next.high,
        }
      : next
    if (test.kind === 'range') answers++
  }
  return range && { range, answers }
}

/** Bounds of an index for a filter, undefined when it says nothing about the index's first field. */
export const boundsOf = (
  index: Index,
  { byPath, others }: Conditions,
  collation: Collation | undefined,
): Bounds | undefined => {
  let prefixes: Buffer[] = [Buffer.alloc(0)]
  let equal = 0
  let single = 0
  let answered = 0
  let range: { low: Buffer; high: Buffer } | undefined
  const tops = new Set<string>()
  for (const { path, direction, hashed = false } of index.fields) {
    const tests = (byPath.get(path.text) ?? []).filter((test) => answers(index, test, collation))
    // in a list `a.0` is its first element and also the field 0 of each: keys hold only the element
    if (index.multikey && (tops.has(topOf(path.text)) || path.positional)) break
    tops.add(topOf(path.text))
    const points = tests.find((t) => t.kind === 'eq' && sargable(t)) ?? tests.find(sargable)
    if (points) {
      const keys = pointsOf(index, points, hashed)
      if (prefixes.length * keys.length > MAX_INTERVALS) break
      const parts = direction < 0 ? keys.map(invert).reverse() : keys
      prefixes = prefixes.flatMap((prefix) =>
        parts.map((part) => (prefix.length ? Buffer.concat([prefix, part]) : part)),
      )
      if (single === equal && points.kind === 'eq') single++
      equal++
      if (points.exact && !hashed) answered++
      continue
    }
    const found = hashed ? undefined : rangeOf(index, tests)
    if (found) {
      const { low, high } = found.range
      range =
        direction < 0
          ? { low: descending(high), high: descending(low) }
          : { low: ascending(low), high: ascending(high) }
      answered += found.answers
    }
    break
  }
  if (equal === 0 && !range) return undefined
  let total = others
  for (const tests of byPath.values()) total += tests.length
  const whole = equal === index.fields.length
  const intervals = prefixes.map((prefix): Interval => {
    if (range)
      return { low: Buffer.concat([prefix, range.low]), high: Buffer.concat([prefix, range.high]), point: false }
    return { low: prefix, high: whole ? prefix : successor(prefix), point: whole }
  })
  return { intervals, equal, single, range: range !== undefined, exact: !index.multikey && answered === total }
}

/** Every key of an index. */
export const WHOLE: readonly Interval[] = [{ low: Buffer.alloc(0), high: END, point: false }]
