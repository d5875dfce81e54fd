import { spawnLoose, spawnTied } from './child.mjs'
import { root } from './places.mjs'

/**
 * Runs a program of the set-up to its end and keeps what it said.
 * @param {string} program
 * @param {string[]} args
 * @param {{ note?: (text: string) => void, env?: Record<string, string | undefined>, loose?: boolean, cwd?: string }} [options]
 *   note: told every piece of output; loose: may finish alone when this process is killed
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function runTool(program, args, { note, env = process.env, loose = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const start = loose ? spawnLoose : spawnTied
    const child = start(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const hear = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk).slice(-200_000)
      note?.(chunk.toString())
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', (error) => resolve({ ok: false, output: `${output}${error.message}` }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}
