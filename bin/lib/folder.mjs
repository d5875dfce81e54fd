import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemProgram } from './places.mjs'
import { errorCode, noRoom, Problem } from './problem.mjs'

/** Longest path of a unix socket on Linux, in bytes (108 with the closing zero). */
const socketPathBytes = 107

/** With less room than this no database begins well. */
const leastRoomBytes = 50_000_000

/** @typedef {{ pid: number, what: 'start' | 'command', mongodbUrl?: string, redisUrl?: string, url?: string, port?: string }} Holder */

/**
 * Makes the data folder where needed, for this process and its children; a Problem when it cannot be used.
 * @param {string} path
 * @returns {string} its real path
 */
export function openFolder(path) {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    const folder = realpathSync(path)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < leastRoomBytes) throw noRoom('ENOSPC', folder)
    // Node 24 keeps what it compiled there: a quarter less work on the next start.
    process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled')
    return folder
  } catch (error) {
    const cure = 'choose another folder with --data-dir (or DATA_DIR)'
    if (['EEXIST', 'ENOTDIR'].includes(errorCode(error)))
      throw new Problem(`${path} cannot be the data folder because a file is in its place: ${cure}.`)
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(errorCode(error)))
      throw new Problem(`This user may not write to the data folder ${path}: ${cure}, or give it to this user.`)
    throw error
  }
}

/**
 * Makes a folder with those above it; by hand because Node's own recursive way never returns on a file system like /proc.
 * @param {string} path
 */
function makeFolder(path) {
  if (!existsSync(path)) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error
  }
}

/**
 * Claims the data folder for this process until it ends, however it ends: the kernel holds the lock.
 * @param {string} folder
 * @param {Holder['what']} what
 * @returns {{ holder?: Holder, tell: (facts: Partial<Holder>) => void }} holder: who has it, when it is not ours
 */
export function claimFolder(folder, what) {
  const path = join(folder, 'holder.json')
  const file = openSync(path, 'a+', 0o600)
  if (!lock(file, path)) {
    closeSync(file)
    return { holder: readHolder(path), tell: () => {} }
  }
  /** @type {Holder} */
  const own = { pid: process.pid, what }
  const tell = (/** @type {Partial<Holder>} */ facts) => {
    Object.assign(own, facts)
    ftruncateSync(file)
    writeSync(file, JSON.stringify(own))
  }
  tell({})
  return { tell }
}

/**
 * Who holds the data folder now, as far as it has told.
 * @param {string} path
 * @returns {Holder}
 */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { pid: 0, what: 'start' }
  }
}

/**
 * flock(2) locks belong to the open file, so the one that the small program takes stays with us when it ends.
 * @param {number} file
 * @param {string} path
 */
function lock(file, path) {
  const flock = systemProgram('flock')
  if (flock) return spawnSync(flock, ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] }).status === 0
  try {
    return !process.kill(readHolder(path).pid || Number.NaN, 0)
  } catch {
    return true
  }
}

/**
 * Folder for the sockets of the stores: the data folder, or a short private one when its path is too long for a socket.
 * @param {string} folder
 * @param {string} [short] where the short one is made
 */
export function socketFolder(folder, short = tmpdir()) {
  if (fits(folder)) return folder
  const name = `pitboard-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  const path = [join(short, name), join('/tmp', name)].find(fits) ?? join('/tmp', name)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || found.mode & 0o077)
    throw new Problem(`${path} belongs to somebody else: choose a data folder with a shorter path (--data-dir).`)
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

/** @param {string} folder */
function fits(folder) {
  return Buffer.byteLength(join(folder, 'docstore.sock')) <= socketPathBytes
}

/**
 * Takes away a socket that a killed process left behind; only the holder of the data folder may.
 * @param {string} path
 */
export function clearSocket(path) {
  rmSync(path, { force: true })
}
