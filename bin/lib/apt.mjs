import { existsSync } from 'node:fs'
import { findProgram } from './places.mjs'
import { Problem } from './problem.mjs'
import { runTool } from './tool.mjs'

/**
 * Installs packages of the system with apt-get, as root or through sudo without a password.
 * @param {string[]} packages
 * @param {{ what: string, otherwise: string, note: (text: string) => void }} options
 *   what: the thing that is missing, for people; otherwise: what they can do instead
 */
export async function aptInstall(packages, { what, otherwise, note }) {
  const command = `apt-get install ${packages.join(' ')}`
  const apt = findProgram(['apt-get'])
  if (!apt)
    throw new Problem(
      `${what} is missing and there is no apt-get here: install it with your system's package manager, or ${otherwise}.`,
    )
  const right = await rightToInstall()
  if (!right)
    throw new Problem(
      `${what} is missing and this user may not install it: run "sudo ${command}" once, or ${otherwise}.`,
    )
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120']
  const [program = apt, ...before] = [...right, apt]
  const run = (/** @type {string[]} */ args) => runTool(program, [...before, ...args], { note, loose: true, env })
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  await run(['update', '-q'])
  const { ok, output } = await run(['install', ...options, ...packages])
  if (!ok)
    throw new Problem(
      `${what} could not be installed: ${aptReason(output)} Run "${command}" yourself, or ${otherwise}.`,
    )
}

/**
 * Stops the service that a package may have started by itself; Pitboard runs programs of its own, privately.
 * @param {string} name
 */
export async function stopService(name) {
  const systemctl = findProgram(['systemctl'])
  const right = await rightToInstall()
  if (!systemctl || !right || !existsSync('/run/systemd/system')) return
  const [program = systemctl, ...before] = [...right, systemctl]
  await runTool(program, [...before, 'disable', '--now', name])
}

/** What has to stand before a command of root: nothing for root, sudo where it asks for no password, else undefined. */
async function rightToInstall() {
  if (process.getuid?.() === 0) return []
  const sudo = findProgram(['sudo'])
  return sudo && (await runTool(sudo, ['-n', 'true'])).ok ? [sudo, '-n'] : undefined
}

/** @param {string} output */
function aptReason(output) {
  const line = output.split('\n').findLast((text) => /^(E:|Err)/.test(text))
  return line ? `${line.replace(/^E: /, '').replace(/[.?!]*$/, '')}.` : 'apt-get failed.'
}
