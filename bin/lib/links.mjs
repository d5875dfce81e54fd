import { askCommand } from './command.mjs'
import { findProgram } from './places.mjs'
import { runTool } from './tool.mjs'

/** What each address is for, in the order in which they are shown. */
const titles = {
  setup: 'Make your organization and its first admin (works once)',
  wall: 'The wall',
  manager: 'Sign in as a manager (works once)',
  rep: 'Sign in as a rep (works once)',
}

/**
 * Asks for fresh addresses and one-time links, and shows them.
 * @param {string} url
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<Record<string, unknown>>}
 */
export async function showLinks(url, env) {
  const links = await askCommand('server/commands/links.ts', env)
  const known = Object.entries(titles).filter(([key]) => typeof links[key] === 'string')
  const width = Math.max(...known.map(([, title]) => title.length), 0)
  console.log(`\nPitboard runs at ${url}\n`)
  for (const [key, title] of known) console.log(`  ${title.padEnd(width)}  ${links[key]}`)
  console.log('\nCtrl-C stops everything.')
  return links
}

/** Opens an address in the browser of this machine. @param {unknown} url */
export async function openBrowser(url) {
  const program = findProgram(['xdg-open', 'open'])
  const { ok } = program ? await runTool(program, [String(url)], { loose: true }) : { ok: false }
  if (!ok) console.log(`No browser could be opened here: go to ${url} yourself.`)
}
