import { findProgram } from './places.mjs'
import { runTool } from './tool.mjs'

/** What each address is for, in the order in which they are shown. */
const titles = {
  setup: 'Make your organization and its first admin (works once)',
  wall: 'The wall',
  manager: 'Sign in as a manager (works once)',
  rep: 'Sign in as a rep (works once)',
}

/** @param {string} url @param {Record<string, unknown>} links */
export function showLinks(url, links) {
  const known = Object.entries(titles).filter(([key]) => typeof links[key] === 'string')
  const width = Math.max(...known.map(([, title]) => title.length), 0)
  console.log(`\nPitboard runs at ${url}\n`)
  for (const [key, title] of known) console.log(`  ${title.padEnd(width)}  ${links[key]}`)
  console.log('\nCtrl-C stops everything.')
}

/** Opens an address in the browser of this machine. @param {unknown} url */
export async function openBrowser(url) {
  const program = findProgram(['xdg-open', 'open'])
  const { ok } = program ? await runTool(program, [String(url)], { loose: true }) : { ok: false }
  if (!ok) console.log(`No browser could be opened here: go to ${url} yourself.`)
}
