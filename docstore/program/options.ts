import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { OpenError } from '../store/file.ts'
import type { ServeOptions } from './serve.ts'

export const USAGE = `usage:
  node docstore/main.ts --data-dir FOLDER --socket FILE.sock [--port N] [--ttl-seconds 60] [--slow-ms 100] [--test-commands]
  node docstore/main.ts backup  --data-dir FOLDER --to FILE     a copy, also while the server runs
  node docstore/main.ts restore --from FILE --data-dir FOLDER   a new folder from a copy
  node docstore/main.ts check   --data-dir FOLDER               looks through everything, also while the server runs`

/** What the program was asked to do. */
export type Task =
  | ({ readonly name: 'serve' } & ServeOptions)
  | { readonly name: 'backup'; readonly dataDir: string; readonly to: string }
  | { readonly name: 'restore'; readonly from: string; readonly dataDir: string }
  | { readonly name: 'check'; readonly dataDir: string }

const path = { type: 'string' } as const

const need = (value: string | undefined): string => {
  if (!value) throw new OpenError(USAGE)
  return resolve(value)
}

const amount = (text: string, least: number, most: number): number => {
  const n = Number(text)
  if (text.trim() === '' || !(n >= least && n <= most)) throw new OpenError(USAGE)
  return n
}

const serveTask = (args: string[]): Task => {
  const { values } = parseArgs({
    args,
    options: {
      'data-dir': path,
      socket: path,
      port: path,
      'ttl-seconds': { type: 'string', default: '60' },
      'slow-ms': { type: 'string', default: '100' },
      'test-commands': { type: 'boolean', default: false },
    },
  })
  const port = values.port === undefined ? undefined : amount(values.port, 0, 65_535)
  if (values.socket === undefined && port === undefined) throw new OpenError(USAGE)
  if (values['test-commands'] && process.env.NODE_ENV === 'production')
    throw new OpenError('--test-commands is not for production.')
  return {
    name: 'serve',
    dataDir: need(values['data-dir']),
    socket: values.socket === undefined ? undefined : need(values.socket),
    port,
    ttlMs: amount(values['ttl-seconds'], 0.001, 86_400) * 1000,
    testCommands: values['test-commands'],
    slowMs: amount(values['slow-ms'], 0, 86_400_000),
  }
}

const parsed = ([word, ...rest]: string[]): Task => {
  if (word === 'backup') {
    const { values } = parseArgs({ args: rest, options: { 'data-dir': path, to: path } })
    return { name: word, dataDir: need(values['data-dir']), to: need(values.to) }
  }
  if (word === 'restore') {
    const { values } = parseArgs({ args: rest, options: { from: path, 'data-dir': path } })
    return { name: word, from: need(values.from), dataDir: need(values['data-dir']) }
  }
  if (word === 'check') {
    const { values } = parseArgs({ args: rest, options: { 'data-dir': path } })
    return { name: word, dataDir: need(values['data-dir']) }
  }
  return serveTask(word === undefined ? [] : [word, ...rest])
}

/** Reads the command line. Throws OpenError with the usage for what makes no sense. */
export const readTask = (args: string[]): Task => {
  try {
    return parsed(args)
  } catch (error) {
    if (error instanceof OpenError) throw error
    throw new OpenError(`${(error as Error).message}\n${USAGE}`)
  }
}
