import { watch } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './places.mjs'
import { portReady } from './ready.mjs'

/**
 * Vite with hot reload; its configuration passes /api and /socket.io on to PORT of its environment.
 * @param {{ port: number, host: string, env: Record<string, string | undefined>, folder: string }} options
 * @returns {import('./service.mjs').Recipe}
 */
export function viteRecipe({ port, host, env, folder }) {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  return {
    name: 'Vite',
    program: node24,
    args: [vite, '--port', String(port), '--strictPort', '--host', host, '--clearScreen', 'false'],
    env,
    log: join(folder, 'logs/vite.log'),
    ready: (_child, signal) => portReady(port, host, signal),
  }
}

/**
 * Starts the server and the workers again when their sources change.
 * @param {import('./supervisor.mjs').Supervisor} supervisor
 */
export function watchSources(supervisor) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  for (const place of ['server', 'workers', 'shared']) {
    watch(join(root, place), { recursive: true }, () => {
      clearTimeout(timer)
      timer = setTimeout(() => supervisor.restart('product'), 150)
    })
  }
}
