import { spawnTied } from '../../../bin/lib/child.mjs'
import { node24, sourceFile } from '../../../bin/lib/places.mjs'
import type { Part } from '../support/bench.ts'

/** docstore against bare SQLite: a bench of its own that prints its own lines. */
export const docstore: Part = async ({ quick }) => {
  const args = [sourceFile('test/bench/docstore.ts'), ...(quick ? ['20000'] : [])]
  const child = spawnTied(node24, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  return { figures: [], conditions: [{ what: 'docstore: its bench ran to the end', holds: code === 0 }] }
}
