import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './places.mjs'
import { Problem } from './problem.mjs'
import { step } from './steps.mjs'
import { runTool } from './tool.mjs'

const sources = ['client', 'shared', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']
const stamp = join(root, 'dist/.built-from')

/** Builds the client to dist/ unless it was already built from exactly these sources. */
export async function ensureClient() {
  if (!existsSync(join(root, 'client'))) return console.log('· no client/ here: the web server has no screens to show')
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Client build', async (note) => {
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    const { ok, output } = await runTool(node24, [vite, 'build', '--logLevel', 'warn'], { note })
    if (!ok) throw new Problem(`The client could not be built:\n${output.trim().slice(-2_000)}`)
    writeFileSync(stamp, wanted)
  })
}

/** A hash of everything that the build reads. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesOf))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

/** @param {string} place @returns {string[]} */
function filesOf(place) {
  const path = join(root, place)
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [place]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(place, name)))
}
