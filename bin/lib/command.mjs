import { spawnTied } from './child.mjs'
import { node24, root, sourceFile } from './places.mjs'
import { noRoom, Problem } from './problem.mjs'

/**
 * Runs one of Pitboard's own commands to its end and reads the JSON that it printed last.
 * @param {string} file
 * @param {Record<string, string | undefined>} env
 * @param {(text: string) => void} [note]
 * @returns {Promise<Record<string, unknown>>}
 */
export function askCommand(file, env, note) {
  return new Promise((resolve, reject) => {
    const child = spawnTied(node24, [sourceFile(file)], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      note?.(String(chunk))
    })
    child.stderr?.on('data', (chunk) => {
      complained = (complained + chunk).slice(-4_000)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      const answer = code === 0 ? parse(said) : undefined
      if (answer) resolve(answer)
      else reject(noRoom(complained, env.DATA_DIR) ?? new Problem(`${file} failed (${code}): ${complained.trim()}`))
    })
  })
}

/** @param {string} text @returns {Record<string, unknown> | undefined} */
function parse(text) {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}
