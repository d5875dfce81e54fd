import { Context, ProcessingMode } from 'mingo'
import * as query from 'mingo/operators/query'
import type { Options } from 'mingo/types'
import { badValue, CommandError } from '../errors.ts'

type Init = NonNullable<Parameters<typeof Context.init>[0]>

const context = Context.init({ query: { $jsonSchema: query.$jsonSchema } } as Init)

/** Options for mingo, which answers `$jsonSchema`: no code from clients, inputs left alone. */
export const mingoOptions = (): Partial<Options> => ({
  context,
  scriptEnabled: false,
  useStrictMode: true,
  processingMode: ProcessingMode.CLONE_OFF,
})

/** Runs mingo and turns its errors into those of a server. */
export const runMingo = <R>(work: () => R): R => {
  try {
    return work()
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw badValue(error instanceof Error ? error.message : String(error))
  }
}
