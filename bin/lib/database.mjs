import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { clearSocket } from './folder.mjs'
import { mongodRecipe } from './mongod.mjs'
import { findProgram, node24, sourceFile } from './places.mjs'
import { Problem } from './problem.mjs'
import { readyLine } from './ready.mjs'

/** @typedef {{ url: string, recipe: import('./service.mjs').Recipe }} Database */

/**
 * The private document database: mongod when it is on the PATH, else docstore. A data folder stays with the one that
 * filled it, so installing MongoDB later never makes the data seem gone.
 * @param {{ folder: string, sockets: string }} options
 * @returns {Promise<Database>}
 */
export async function privateDatabase({ folder, sockets }) {
  const mongod = findProgram(['mongod'])
  if (existsSync(join(folder, 'mongod'))) {
    if (mongod) return mongodRecipe({ program: mongod, folder })
    throw new Problem(
      `${folder} was filled by mongod, which is not on the PATH: install MongoDB again or choose another --data-dir.`,
    )
  }
  if (mongod && !existsSync(join(folder, 'docstore'))) return mongodRecipe({ program: mongod, folder })
  return docstore(folder, join(sockets, 'docstore.sock'))
}

/** @param {string} folder @param {string} socket @returns {Database} */
function docstore(folder, socket) {
  const dir = join(folder, 'docstore')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return {
    url: `mongodb://${encodeURIComponent(socket)}/pitboard?directConnection=true`,
    recipe: {
      name: 'docstore',
      program: node24,
      args: [sourceFile('docstore/main.ts'), '--data-dir', dir, '--socket', socket],
      env: process.env,
      log: join(folder, 'logs/docstore.log'),
      beforeStart: () => clearSocket(socket),
      ready: readyLine,
    },
  }
}
