import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '../..')

/**
 * A module as it would be with some of its text changed: what a guard's test imports to show that it fails without the
 * guard. Every `from` must be there once, so that the test notices when the guard has moved.
 */
export async function importMutant<Module>(
  file: string,
  changes: readonly [from: string, to: string][],
): Promise<Module> {
  const path = join(root, file)
  let text = readFileSync(path, 'utf8')
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Error(`${file} does not have this text once: ${from}`)
    text = text.replace(from, () => to)
  }
  const mutant = join(dirname(path), `mutant-${process.pid}-${performance.now()}-${basename(path)}`)
  writeFileSync(mutant, text)
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(mutant).href)) as Module
  } finally {
    rmSync(mutant)
  }
}
