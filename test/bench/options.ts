import { parseArgs } from 'node:util'
import { partNames, usualParts } from './parts.ts'

/** What the command line asks for. */
export interface Options {
  parts: string[]
  quick: boolean
  /** Where the figures are written as JSON. */
  json: string
  /** Processes of the product to profile: web, worker, docstore. */
  profile: ReadonlySet<string>
}

/** Reads the command line; throws one sentence on a word that is not known. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string', default: 'bench.json' },
      profile: { type: 'string', default: '' },
    },
  })
  const unknown = positionals.find((part) => !partNames.includes(part))
  if (unknown) throw new Error(`There is no part "${unknown}"; there are ${partNames.join(', ')}.`)
  return {
    parts: positionals.length > 0 ? positionals : usualParts,
    quick: values.quick,
    json: values.json,
    profile: new Set(values.profile.split(',').filter(Boolean)),
  }
}
