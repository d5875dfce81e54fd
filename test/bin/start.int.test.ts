import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

test('the first start loads the demo floor and prints the wall and two sign-in links', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  await start.says(/Ctrl-C stops everything/)
  expect(start.said()).toMatch(/✔ Stores [\d.]+ s\n/)
  expect(start.said()).toMatch(/✔ Demo sales floor/)
  expect(start.said()).toContain('http://127.0.0.1/wall/one')
  expect(start.said()).toContain('Sign in as a manager (works once)')
  expect(start.said()).not.toContain('Dependencies')
  start.kill('SIGTERM')
  expect(await start.ended).toBe(0)
})

test('a second start is ready within five seconds and loads the demo no more', async () => {
  place = standIn()
  const first = place.run('start.mjs')
  await first.says(/Ctrl-C/)
  first.kill('SIGINT')
  await first.ended
  const startedAt = Date.now()
  const second = place.run('start.mjs')
  await second.says(/Ctrl-C/)
  expect(Date.now() - startedAt).toBeLessThan(5_000)
  expect(second.said()).not.toContain('Demo sales floor')
  expect(second.said()).toContain('Simulator')
  second.kill('SIGTERM')
  await second.ended
})

test('--no-demo loads no floor, starts no simulator and prints the link that makes the organization', async () => {
  place = standIn({ 'server/commands/links.ts': `console.log(JSON.stringify({ setup: 'http://127.0.0.1/setup/x' }))` })
  const start = place.run('start.mjs', ['--no-demo'])
  await start.says(/Ctrl-C/)
  expect(start.said()).toContain('http://127.0.0.1/setup/x')
  expect(start.said()).not.toMatch(/Demo|Simulator/)
  start.kill('SIGTERM')
  await start.ended
  const later = place.run('start.mjs')
  await later.says(/Ctrl-C/)
  expect(later.said()).not.toMatch(/Demo|Simulator/)
  later.kill('SIGTERM')
  await later.ended
})

test('a data folder with a very long path gets its sockets in a short folder that nobody else can enter', async () => {
  place = standIn()
  const folder = `${place.root}/${'long'.repeat(30)}`
  const start = place.run('start.mjs', ['--data-dir', folder])
  await start.says(/Ctrl-C/)
  const { redisUrl } = JSON.parse(place.read(`${'long'.repeat(30)}/holder.json`))
  const sockets = redisUrl.replace(/\/redis.sock$/, '')
  expect(statSync(sockets).mode & 0o777).toBe(0o700)
  expect(existsSync(redisUrl)).toBe(true)
  start.kill('SIGTERM')
  await start.ended
  expect(existsSync(sockets)).toBe(false)
})

test('the stores named by MONGODB_URL and REDIS_URL are used and none is started', async () => {
  place = standIn()
  const start = place.run('start.mjs', [], {
    MONGODB_URL: 'mongodb://example.test/x',
    REDIS_URL: 'redis://example.test',
  })
  const [, url = ''] = (await start.says(/runs at (\S+)/)) ?? []
  const { env } = await (await fetch(url)).json()
  expect(env).toMatchObject({ MONGODB_URL: 'mongodb://example.test/x', REDIS_URL: 'redis://example.test' })
  expect(
    place
      .alive()
      .map((process) => process.command)
      .join('\n'),
  ).not.toMatch(/redis|docstore/)
  start.kill('SIGTERM')
  await start.ended
})

test('--port and --host reach the web server', async () => {
  place = standIn()
  const port = await freePort()
  const start = place.run('start.mjs', ['--port', String(port), '--host', 'localhost'])
  await start.says(new RegExp(`runs at http://127.0.0.1:${port}`))
  start.kill('SIGTERM')
  await start.ended
})

function freePort() {
  return new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
