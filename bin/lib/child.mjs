import { spawn } from 'node:child_process'
import { systemProgram } from './places.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Children that this process has to take with it when it goes. @type {Set<ChildProcess>} */
const children = new Set()
process.on('exit', () => {
  for (const child of children) signalGroup(child, 'SIGKILL')
})

// The kernel itself kills a tied child when its parent dies, so not even SIGKILL of the parent leaves one behind.
const setpriv = process.platform === 'linux' ? systemProgram('setpriv') : undefined
const tie = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : []

/**
 * Starts a child that cannot outlive this process. It leads a process group of its own, so that Ctrl-C in the
 * terminal reaches only this process, which then stops its children in the right order.
 * @param {string} program absolute path
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function spawnTied(program, args, options) {
  const [file = program, ...rest] = [...tie, program, ...args]
  return keep(spawn(file, rest, { detached: true, ...options }))
}

/**
 * Starts a child that must not be cut off half-way (a package manager): it gets SIGTERM, but may finish alone.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function spawnLoose(program, args, options) {
  return spawn(program, args, { ...options, detached: true })
}

/**
 * Asks a child to end (SIGTERM), and kills its whole group when it has not after `timeoutMs`.
 * @param {ChildProcess} child
 * @param {number} timeoutMs
 * @returns {Promise<void>}
 */
export function endChild(child, timeoutMs) {
  return new Promise((resolve) => {
    if (hasEnded(child)) return resolve()
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), timeoutMs)
    child.once('exit', () => {
      clearTimeout(timer)
      signalGroup(child, 'SIGKILL')
      resolve()
    })
    child.kill('SIGTERM')
  })
}

/**
 * Sends a signal to a child and everything that it started.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(child, signal) {
  if (!child.pid) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has gone already.
  }
}

/**
 * Kills the children of this process at once.
 * @param {(ChildProcess | undefined)[]} [but] those that are to end in another way
 */
export function killChildren(but = []) {
  for (const child of children) if (!but.includes(child)) signalGroup(child, 'SIGKILL')
}

/** @param {ChildProcess} child */
function hasEnded(child) {
  return !child.pid || child.exitCode !== null || child.signalCode !== null
}

/** @param {ChildProcess} child */
function keep(child) {
  children.add(child)
  child.once('exit', () => children.delete(child))
  child.once('error', () => children.delete(child))
  return child
}
