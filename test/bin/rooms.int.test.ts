import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

/** Checks the rooms of a checkout with these files; what it said and whether it was content. */
async function check(files: Record<string, string>) {
  place = standIn(files)
  execFileSync('git', ['init', '-q'], { cwd: place.root })
  const run = place.run('rooms.mjs')
  return { code: await run.ended, said: run.said() }
}

const used = {
  'server/app.ts': `import './calls/calls.routes.ts'\nimport './deals/deals.routes.ts'\nimport './data/deals.ts'\n`,
}
const room = 'export const room = 1\n'

test('a feature that imports another one fails the check, which prints the cure', async () => {
  const { code, said } = await check({
    ...used,
    'server/calls/calls.routes.ts': `import { room } from '../deals/deals.routes.ts'\nexport const call = room\n`,
    'server/deals/deals.routes.ts': room,
    'server/data/deals.ts': room,
  })
  expect(said).toContain('✖ features never import each other')
  expect(said).toContain('Cure: Two features meet in shared/ if it is a rule and in server/data/ if it is a store.')
  expect(said).toContain('server/calls/calls.routes.ts → server/deals/deals.routes.ts')
  expect(code).toBe(1)
})

test('features that meet in the stores pass', async () => {
  const { code, said } = await check({
    ...used,
    'server/calls/calls.routes.ts': `import { room } from '../data/deals.ts'\nexport const call = room\n`,
    'server/deals/deals.routes.ts': `import { room } from '../data/deals.ts'\nexport const deal = room\n`,
    'server/data/deals.ts': room,
  })
  expect(said).toMatch(/files keep the \d+ rules/)
  expect(code).toBe(0)
})

/** What breaks a rule: the file, what it imports, and how the broken rule begins. */
const violations = [
  ['shared/reads.ts', 'node:fs', 'shared imports only itself'],
  ['docstore/main.ts', '../shared/rule.ts', 'docstore knows nothing of Pitboard'],
  ['client/main.ts', '../server/data/deals.ts', 'the client imports shared and client only'],
  ['client/App.vue', '../workers/main.ts', 'the client imports shared and client only'],
  ['server/main.ts', '../workers/main.ts', 'the server never imports workers'],
  ['server/http/send.ts', '../calls/calls.ts', 'the common rooms of the server know no feature'],
  ['server/data/sends.ts', '../http/send.ts', 'the stores know neither HTTP nor sockets'],
  ['workers/main.ts', '../server/calls/calls.ts', 'workers import shared, the stores'],
  ['server/calls/database.ts', 'mongoose', 'only server/data knows mongoose'],
  ['server/calls/socket.ts', 'socket.io', 'only server/realtime knows Socket.IO'],
  ['client/socket.ts', 'socket.io-client', 'the client has one socket'],
  ['server/builds.ts', 'vite', 'what runs in production imports no development package'],
  ['server/tests.ts', '../test/deals.ts', 'nothing outside test/ imports tests'],
  ['bin/early.mjs', '../shared/rule.ts', 'bin runs before anything is installed'],
  ['server/data/deals.ts', './round.ts', 'no cycles'],
  ['server/gone.ts', './nothing.ts', 'every import can be found'],
] as const

test('each rule between rooms is enforced, in .vue files too', async () => {
  const script = (file: string, from: string) =>
    file.endsWith('.vue') ? `<script setup lang="ts">\nimport '${from}'\n</script>\n` : `import '${from}'\n`
  const { code, said } = await check({
    'shared/rule.ts': room,
    'server/data/round.ts': `import './deals.ts'\n`,
    'server/calls/calls.ts': room,
    'test/deals.ts': room,
    'server/lonely.ts': room,
    ...Object.fromEntries(violations.map(([file, from]) => [file, script(file, from)])),
  })
  const broken = new Map(said.split('\n✖ ').map((part) => [part.split('\n')[0] ?? '', part]))
  for (const [file, , rule] of violations) {
    const found = [...broken].find(([name]) => name.startsWith(rule))
    expect(found?.[1], `${rule}: ${said}`).toContain(`  ${file} → `)
  }
  expect(broken.get('every file is used')).toContain('server/lonely.ts')
  expect(code).toBe(1)
})

test('the types of a development package may be used in production code', async () => {
  const { code } = await check({
    'server/app.ts': `import type { Rolldown } from 'vite'\nexport type A = Rolldown.Plugin\n`,
  })
  expect(code).toBe(0)
})

test('a check that did not see the imports of a file proves nothing and fails', async () => {
  const { code, said } = await check({ 'server/app.ts': `/*\nimport './data/unseen.ts'\n*/\nexport const app = 1\n` })
  expect(said).toMatch(/the cruiser did not read 1 of \d+ files/)
  expect(code).toBe(1)
})
