import { join } from 'node:path'
import { node24, sourceFile } from './places.mjs'
import { readyLine } from './ready.mjs'

/**
 * A process of Pitboard itself: TypeScript under the pinned Node, ready when it prints its JSON line.
 * @param {{ name: string, file: string, env: Record<string, string | undefined>, folder: string, args?: string[] }} options
 * @returns {import('./service.mjs').Recipe}
 */
export function productRecipe({ name, file, env, folder, args = [] }) {
  return {
    name,
    program: node24,
    args: [sourceFile(file), ...args],
    env,
    log: join(folder, `logs/${name}.log`),
    ready: readyLine,
  }
}
