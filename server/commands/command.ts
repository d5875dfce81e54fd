import { type ParseArgsConfig, parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { openStores, type Stores } from '../data/stores.ts'

/** Runs a command of an operator with the stores open; its answer is the exit code, a thrown error one sentence and 1. */
export async function runCommand(
  work: (stores: Stores, config: ReturnType<typeof readConfig>) => Promise<number>,
): Promise<void> {
  let stores: Stores | null = null
  try {
    const config = readConfig(process.env)
    stores = await openStores(config)
    process.exitCode = await work(stores, config)
  } catch (error) {
    console.error(`${(error as Error).message}`)
    process.exitCode = 1
  } finally {
    await stores?.close()
  }
}

/** The flags of a command; throws a sentence with its usage for what it does not know. */
export function readFlags<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options, usage: string) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const [trouble = ''] = (error as Error).message.split('. ')
    throw new Error(`${trouble.replace(/[.]$/, '')}. Use: ${usage}`)
  }
}

/** Every organization's id. */
export async function organizationIds({ mongo }: Stores): Promise<string[]> {
  return (await mongo.organizations.find({}, { _id: 1 }).sort({ _id: 1 }).lean()).map(({ _id }) => _id)
}

/** A line that is written over and over on a terminal, and once in a while elsewhere. */
export function progressLine(): { show(text: string): void; end(): void } {
  let shownMs = 0
  let last = ''
  const write = () =>
    process.stderr.isTTY ? process.stderr.write(`\r\x1b[K${last}`) : process.stderr.write(`${last}\n`)
  return {
    show(text) {
      last = text
      const everyMs = process.stderr.isTTY ? 100 : 5000
      if (performance.now() - shownMs < everyMs) return
      shownMs = performance.now()
      write()
    },
    end() {
      if (last) write()
      if (process.stderr.isTTY) process.stderr.write('\n')
    },
  }
}
