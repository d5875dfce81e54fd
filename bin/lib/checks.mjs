import { join } from 'node:path'
import { node24, root } from './places.mjs'
import { step } from './steps.mjs'
import { runTool } from './tool.mjs'

/** @param {string} file */
const inModules = (file) => join(root, 'node_modules', file)

/** What can be checked without starting anything; each part runs under the pinned Node. */
export const checks = {
  types: ['Types, also in .vue', inModules('vue-tsc/bin/vue-tsc.js'), '--noEmit'],
  lint: [
    'Lint and formatting',
    inModules('@biomejs/biome/bin/biome'),
    'check',
    '.',
    '--error-on-warnings',
    '--diagnostic-level=warn',
  ],
  rooms: ['Dependency rules', join(root, 'bin/rooms.mjs')],
  unit: ['Unit tests', inModules('vitest/vitest.mjs'), 'run', '--project', 'unit'],
}

/**
 * Runs parts side by side; shows what a part that fails had to say.
 * @param {(keyof typeof checks)[]} parts
 * @returns {Promise<string[]>} titles of those that failed
 */
export async function runChecks(parts) {
  const results = await Promise.all(parts.map(runCheck))
  for (const { title, output } of results.filter((result) => !result.ok))
    console.log(`\n── ${title}\n${output.trim()}\n`)
  return results.filter((result) => !result.ok).map((result) => result.title)
}

/** @param {keyof typeof checks} part */
async function runCheck(part) {
  const [title = part, ...args] = checks[part]
  let result = { ok: false, output: '' }
  await step(title, async (note) => {
    result = await runTool(node24, args, { note })
    if (!result.ok) throw new Error(title)
  }).catch(() => undefined)
  return { title, ...result }
}
