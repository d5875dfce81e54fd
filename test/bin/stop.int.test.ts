import { spawn } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops who writes first and the stores last, and leaves nothing',
  async (signal) => {
    place = standIn()
    const start = place.run('start.mjs')
    await start.says(/Ctrl-C/)
    start.kill(signal)
    expect(await start.ended).toBe(0)
    expect(await place.left(0)).toEqual([])
    const ends = place.read('.data/ends').trim().split('\n')
    expect([ends[0], ends.slice(1, 3).sort(), ends[3]]).toEqual(['simulator', ['server', 'workers'], 'docstore'])
  },
)

test('a start that is itself killed with no warning leaves nothing running', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  await start.says(/Ctrl-C/)
  expect(place.alive().length).toBeGreaterThanOrEqual(6)
  start.kill('SIGKILL')
  expect(await place.left()).toEqual([])
  const again = place.run('start.mjs')
  await again.says(/Ctrl-C/)
  again.kill('SIGTERM')
  expect(await again.ended).toBe(0)
})

test('a process that does not listen to the request to end is killed after ten seconds', async () => {
  place = standIn({
    'workers/main.ts': `process.on('SIGTERM', () => {}); setInterval(() => {}, 999); console.log('{"ready":true}')`,
  })
  const start = place.run('start.mjs')
  await start.says(/Ctrl-C/)
  const askedAt = Date.now()
  start.kill('SIGTERM')
  expect(await start.ended).toBe(0)
  expect(Date.now() - askedAt).toBeGreaterThan(9_000)
  expect(await place.left(0)).toEqual([])
})

test('Ctrl-C while the server is still starting leaves nothing running', async () => {
  place = standIn({ 'server/main.ts': 'setInterval(() => {}, 1000)' })
  const start = place.run('start.mjs')
  await start.says(/✔ Workers/)
  start.kill('SIGINT')
  expect(await start.ended).toBe(0)
  expect(await place.left(0)).toEqual([])
})

test('Ctrl-C while the demo is being loaded ends that at once, and starts nothing after it', async () => {
  place = standIn({ 'server/commands/demo.ts': 'console.log("at work"); setInterval(() => {}, 1000)' })
  const start = place.run('start.mjs')
  await start.says(/Demo sales floor/)
  start.kill('SIGINT')
  expect(await start.ended).toBe(0)
  expect(start.said()).not.toContain('✔ Simulator')
  expect(await place.left(0)).toEqual([])
})

/** Runs `npm start` until it is ready. */
async function npmStart() {
  const npm = spawn('npm', ['start'], {
    cwd: place.root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise<void>((resolve) => npm.stdout.on('data', (chunk) => String(chunk).includes('Ctrl-C') && resolve()))
  return npm
}

test('npm start that is asked to end has ended only when everything has', async () => {
  place = standIn()
  const npm = await npmStart()
  npm.kill('SIGTERM')
  await new Promise((resolve) => npm.once('exit', resolve))
  expect(await place.left(0)).toEqual([])
})

test('npm start that is killed with no warning leaves nothing running', async () => {
  place = standIn()
  const npm = await npmStart()
  npm.kill('SIGKILL')
  expect(await place.left(8_000)).toEqual([])
})
