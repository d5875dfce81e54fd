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

/** Throws when a command that has no flags was given some; what is overlooked would be taken for heeded. */
export function refuseFlags(name: string): void {
  const [first] = process.argv.slice(2)
  if (first !== undefined) throw new Error(`npm run ${name} takes no flags: "${first}" means nothing to it.`)
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
