import { Aggregator } from 'mingo/aggregator'
import { mingoOptions, runMingo } from './mingo.ts'

/** Computes the expressions of a `let`: each is evaluated once, without a document. */
export const evaluateLet = (given: Record<string, unknown>): Record<string, unknown> => {
  const names = Object.keys(given)
  if (names.length === 0) return {}
  return runMingo(() => {
    const shape = Object.fromEntries(names.map((name, i) => [`v${i}`, given[name]]))
    const [made] = new Aggregator([{ $replaceWith: shape }], mingoOptions()).run<Record<string, unknown>>([{}])
    return Object.fromEntries(names.map((name, i) => [name, made?.[`v${i}`] ?? null]))
  })
}
