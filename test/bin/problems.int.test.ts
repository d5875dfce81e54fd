import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

/** Runs a start that cannot go on; what it said, once it has ended with 1 and left nothing. */
async function problem(args: string[] = [], env: Record<string, string> = {}) {
  const start = place.run('start.mjs', args, env)
  expect(await start.ended).toBe(1)
  expect(await place.left(0)).toEqual([])
  expect(start.said()).not.toMatch(/\n\s+at /)
  return start.said()
}

test('a port in use is said in one sentence with another port to try', async () => {
  place = standIn()
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : 0
  expect(await problem(['--port', String(port)])).toContain(
    `Port ${port} on 127.0.0.1 is in use: stop what uses it, or choose another`,
  )
  taken.close()
})

test('an address that is not of this machine is said in one sentence', async () => {
  place = standIn()
  expect(await problem(['--host', '203.0.113.7'])).toContain('203.0.113.7 is not an address of this machine')
})

test('a data folder that cannot be made is said in one sentence', async () => {
  place = standIn({ taken: 'a file' })
  expect(await problem(['--data-dir', 'taken'])).toContain('because a file is in its place')
  expect(await problem(['--data-dir', 'taken/inside'])).toContain('because a file is in its place')
  expect(await problem(['--data-dir', '/proc/pitboard'])).toContain('may not write to the data folder /proc/pitboard')
})

test('a second start on the same data folder says where the first one runs', async () => {
  place = standIn()
  const first = place.run('start.mjs')
  const [, url] = (await first.says(/runs at (\S+)/)) ?? []
  const second = place.run('start.mjs')
  expect(await second.ended).toBe(1)
  expect(second.said()).toContain(`already runs on ${place.root}/.data at ${url}`)
  first.kill('SIGTERM')
  expect(await first.ended).toBe(0)
})

test('no Redis and no way to install it is said in one sentence', async () => {
  place = standIn()
  expect(await problem([], { PATH: '' })).toContain('Redis is missing and there is no apt-get here')
})

test('a Redis that cannot be installed is said with the reason of the package manager', async () => {
  place = standIn({ 'tools/apt-get': '#!/bin/sh\necho "E: Unable to locate package redis-server"; exit 100\n' })
  chmodSync(place.path('tools/apt-get'), 0o755)
  const said = await problem([], { PATH: place.path('tools') })
  expect(said).toMatch(
    /Redis could not be installed: Unable to locate package redis-server\.|this user may not install it/,
  )
})

test.runIf(process.getuid?.() === 0)('a missing Redis is installed with the package manager, once', async () => {
  place = standIn()
  mkdirSync(place.path('tools'))
  symlinkSync('/bin/ln', place.path('tools/ln'))
  const tool = `#!/bin/sh\n[ "$1" = install ] && ln -s /usr/bin/redis-server ${place.path('tools')}/redis-server\nexit 0\n`
  writeFileSync(place.path('tools/apt-get'), tool, { mode: 0o755 })
  const start = place.run('start.mjs', [], { PATH: place.path('tools') })
  await start.says(/✔ Redis [\s\S]*Ctrl-C/)
  start.kill('SIGTERM')
  await start.ended
  expect(dirname(place.path('tools/redis-server'))).toBe(place.path('tools'))
})

test('a server that cannot start says why, and nothing is left running', async () => {
  place = standIn({ 'server/main.ts': `throw new Error('The configuration is not complete. PUBLIC_URL: wrong')` })
  const said = await problem()
  expect(said).toContain('server did not start: The configuration is not complete. PUBLIC_URL: wrong')
  expect(said).toContain('.data/logs/server.log')
})

test('a server that is killed while it starts is not said to have been too slow', async () => {
  place = standIn({ 'server/main.ts': `process.kill(process.pid, 'SIGKILL')` })
  expect(await problem()).toContain('server did not start: something killed it')
  expect(await place.left()).toEqual([])
})

test('a disk without room is said in one sentence, whatever ran into it', async () => {
  const full = `console.error('the disk is full: nothing of this command was stored'); process.exit(1)`
  for (const file of ['server/commands/demo.ts', 'workers/main.ts']) {
    place = standIn({ [file]: full })
    expect(await problem()).toContain(
      `The disk of ${place.root}/.data is full: make room on it, or choose another folder`,
    )
    if (file.startsWith('server')) place.remove()
  }
})

test('a store of somebody else’s that does not answer is said with the setting to look at', async () => {
  place = standIn({ 'workers/main.ts': `throw new Error('Redis cannot be reached: Connection is closed.')` })
  expect(await problem([], { REDIS_URL: 'redis://127.0.0.1:1' })).toContain('Start it, or correct REDIS_URL.')
})

test('a flag that npm has kept for itself is said, and nothing is begun without it', async () => {
  place = standIn()
  expect(await problem([], { npm_config_demo: '' })).toContain('as in "npm start -- --no-demo".')
  expect(await problem([], { npm_config_data_dir: 'true' })).toContain('npm kept --data-dir for itself')
  expect(existsSync(place.path('.data'))).toBe(false)
})

test('a Node that is too old is told so before it reads anything that it cannot', async () => {
  place = standIn({ 'bin/start.mjs': 'words that no Node can read' })
  const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'12.22.12'})`
  const start = place.run('npm.mjs', ['start'], { NODE_OPTIONS: `--import ${old}` })
  expect(await start.ended).toBe(1)
  expect(start.said()).toContain('Pitboard needs Node 20 or newer to start')
})

test('unknown or unfit flags are said in one sentence', async () => {
  place = standIn()
  expect(await problem(['--prot', '80'])).toContain('There is no flag --prot.')
  expect(await problem(['4600'])).toContain('"4600" is not a flag.')
  expect(await problem(['--port', '70000'])).toContain('"70000" is not a port')
  expect(await problem(['--port'])).toContain('--port needs a value.')
  expect(await problem(['--no-demo=yes'])).toContain('--no-demo takes no value.')
})

test('--help lists every flag', async () => {
  place = standIn()
  const help = place.run('start.mjs', ['--help'])
  expect(await help.ended).toBe(0)
  for (const flag of ['--port', '--host', '--data-dir', '--no-demo', '--open']) expect(help.said()).toContain(flag)
})
