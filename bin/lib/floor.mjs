import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askCommand } from './command.mjs'
import { step } from './steps.mjs'

/**
 * Loads the demo floor on the first run of a data folder, and says whether it is to be kept moving. A folder that was
 * first started without the demo never gets one, and `demo.ts` itself loads nothing where an organization exists.
 * @param {{ demo: boolean, folder: string, env: Record<string, string | undefined> }} options
 * @returns {Promise<boolean>}
 */
export async function ensureFloor({ demo, folder, env }) {
  const file = join(folder, 'floor.json')
  const known = readFloor(file)
  const floor = known ?? { demo: demo && (await loadDemo(env)) }
  if (!known) writeFileSync(file, JSON.stringify(floor), { mode: 0o600 })
  return demo && floor.demo
}

/** @param {Record<string, string | undefined>} env */
function loadDemo(env) {
  return step(
    'Demo sales floor',
    async (note) => (await askCommand('server/commands/demo.ts', env, note)).loaded !== false,
  )
}

/** @param {string} file @returns {{ demo: boolean } | undefined} */
function readFloor(file) {
  try {
    return { demo: JSON.parse(readFileSync(file, 'utf8')).demo === true }
  } catch {
    return undefined
  }
}
