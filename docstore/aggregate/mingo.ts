import { Context, ProcessingMode } from 'mingo'
import * as accumulator from 'mingo/operators/accumulator'
import * as expression from 'mingo/operators/expression'
import * as pipeline from 'mingo/operators/pipeline'
import * as projection from 'mingo/operators/projection'
import * as queryOperators from 'mingo/operators/query'
import * as windows from 'mingo/operators/window'
import type { Options } from 'mingo/types'
import { badValue, CommandError } from '../errors.ts'

type Init = NonNullable<Parameters<typeof Context.init>[0]>
type Group<K extends keyof Init> = NonNullable<Init[K]>

const REFUSED = new Set(['$where', '$function', '$accumulator'])

/** Every operator a module exports, without those that run code of the client's. */
const group = <K extends keyof Init>(module: object): Group<K> =>
  Object.fromEntries(
    Object.entries(module).filter(([name]) => name.startsWith('$') && !REFUSED.has(name)),
  ) as unknown as Group<K>

/** mingo's own operators, without those that run code of the client's. */
export const plainContext = Context.init({
  accumulator: group<'accumulator'>(accumulator),
  expression: group<'expression'>(expression),
  pipeline: group<'pipeline'>(pipeline),
  projection: group<'projection'>(projection),
  query: group<'query'>(queryOperators),
  window: group<'window'>(windows),
})

/** Options for every use of mingo: no code from clients, inputs left alone, unknown operators refused. */
export const mingoOptions = (
  variables: Readonly<Record<string, unknown>> = {},
  extra: Partial<Options> = {},
): Partial<Options> => ({
  context: plainContext,
  scriptEnabled: false,
  useStrictMode: true,
  processingMode: ProcessingMode.CLONE_OFF,
  variables,
  ...extra,
})

/** Runs mingo and turns its errors into those of a server. */
export const runMingo = <R>(work: () => R): R => {
  try {
    return work()
  } catch (error) {
    if (error instanceof CommandError) throw error
    const message = error instanceof Error ? error.message : String(error)
    if (/unknown stage|unregistered (pipeline|stage)|pipeline operator/i.test(message))
      throw new CommandError(40324, message)
    if (/undefined variable|use of undefined/i.test(message)) throw new CommandError(17276, message)
    throw badValue(message)
  }
}
