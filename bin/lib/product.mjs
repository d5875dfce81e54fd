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
    cure,
  }
}

/** Stores of somebody else's that do not answer are put right where their address stands. @param {string} reason */
function cure(reason) {
  const key = /^Redis\b/.test(reason) ? 'REDIS_URL' : /^The document database\b/.test(reason) ? 'MONGODB_URL' : ''
  return process.env[key] ? `Start it, or correct ${key}.` : ''
}
