import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findProgram, node24, root } from './places.mjs'
import { Problem } from './problem.mjs'
import { step } from './steps.mjs'
import { runTool } from './tool.mjs'

/** Installs the packages of package-lock.json where they are not all there, and with them the pinned Node 24. */
export async function ensureDependencies() {
  if (!areInstalled()) await step('Dependencies (once, about a minute)', install)
  if (!existsSync(node24)) await step('Node 24', fetchNode)
}

/** npm writes what it has installed beside the packages, last of all: compare that with the lock. */
function areInstalled() {
  const have = packages(join(root, 'node_modules/.package-lock.json'))
  const want = packages(join(root, 'package-lock.json'))
  return Object.entries(want).every(
    ([path, wanted]) => path === '' || wanted.optional || have[path]?.version === wanted.version,
  )
}

/** @param {string} path @returns {Record<string, { version: string, optional?: boolean }>} */
function packages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return {}
  }
}

/**
 * `npm ci` refuses a lock that was written where the optional packages of other platforms were not served;
 * `npm install --no-save` takes it as it is and leaves it untouched.
 * @param {(text: string) => void} note
 */
async function install(note) {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Problem(
      'node_modules is a link to packages that differ from package-lock.json: install there, or remove the link.',
    )
  const quiet = ['--no-audit', '--no-fund', '--loglevel=http']
  // By its own settings npm tries for minutes before it says that there is no network.
  const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const { ok, output } = await npm(['install', '--no-save', '--include=dev', ...quiet, ...patience], countFetched(note))
  if (!ok) throw new Problem(reason(output))
}

/**
 * Of all that npm says, how many packages have come.
 * @param {(text: string) => void} note
 */
function countFetched(note) {
  let count = 0
  return (/** @type {string} */ text) => {
    count += text.match(/http fetch GET 200 \S+\.tgz/g)?.length ?? 0
    note(count ? `${count} packages fetched` : '')
  }
}

/**
 * npm set up not to run install scripts leaves out the one that this project needs.
 * @param {(text: string) => void} note
 */
async function fetchNode(note) {
  const { output } = await npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], note)
  if (!existsSync(node24)) throw new Problem(`Node 24 could not be installed. ${reason(output)}`)
}

/** @param {string[]} args @param {(text: string) => void} note */
function npm(args, note) {
  const own = process.env.npm_execpath
  if (own && basename(own) === 'npm-cli.js') return runTool(process.execPath, [own, ...args], { note })
  const program = findProgram(['npm'])
  if (!program) throw new Problem('npm is not on the PATH: install it (apt-get install npm), then run this again.')
  return runTool(program, args, { note })
}

/** @param {string} output */
function reason(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET/.test(output))
    return 'The packages could not be fetched because the npm registry was not reached: connect this machine, then run this again.'
  if (/EACCES|EPERM|EROFS/.test(output))
    return `This user may not write to ${join(root, 'node_modules')}: give the folder to this user.`
  if (/ENOSPC/.test(output)) return 'The disk is full: the packages need about 700 MB.'
  const lines = output.split('\n').filter((line) => /npm error/.test(line) && !/complete log/.test(line))
  return `npm could not install the packages: ${lines.slice(-3).join(' ').replaceAll('npm error', '').trim()}`
}
