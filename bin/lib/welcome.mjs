import { askCommand } from './command.mjs'
import { ensureFloor } from './floor.mjs'
import { findProgram } from './places.mjs'
import { productRecipe } from './product.mjs'
import { step } from './steps.mjs'
import { runTool } from './tool.mjs'

/** What each address is for, in the order in which they are shown. */
const titles = {
  setup: 'Make your organization and its first admin (works once)',
  wall: 'The wall (works once)',
  manager: 'Sign in as a manager (works once)',
  rep: 'Sign in as a rep (works once)',
}

/**
 * The last part of a start: the demo floor where it is wanted, then the addresses and one-time links for people.
 * @param {object} options
 * @param {{ demo: boolean, open: boolean }} options.flags
 * @param {{ folder: string, env: Record<string, string | undefined> }} options.house
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @param {string} options.url address that people use
 */
export async function welcome({ flags, house: { folder, env }, supervisor, url }) {
  const live = await ensureFloor({ demo: flags.demo, folder, env })
  const simulator = productRecipe({ name: 'simulator', file: 'server/demo/simulate.ts', env, folder })
  const [links] = await Promise.all([
    askCommand('server/commands/links.ts', env),
    live && step('Simulator', () => supervisor.start('demo', simulator)),
  ])
  showLinks(url, links)
  if (flags.open) await openBrowser(String(links.wall ?? links.setup ?? url))
}

/** @param {string} url @param {Record<string, unknown>} links */
function showLinks(url, links) {
  const known = Object.entries(titles).filter(([key]) => typeof links[key] === 'string')
  const width = Math.max(...known.map(([, title]) => title.length), 0)
  console.log(`\nPitboard runs at ${url}\n`)
  for (const [key, title] of known) console.log(`  ${title.padEnd(width)}  ${links[key]}`)
  console.log('\nCtrl-C stops everything.')
}

/** @param {string} url */
async function openBrowser(url) {
  const program = findProgram(['xdg-open', 'open'])
  const { ok } = program ? await runTool(program, [url], { loose: true }) : { ok: false }
  if (!ok) console.log(`No browser could be opened here: go to ${url} yourself.`)
}
