import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

const pidOf = (part: string) => place.alive().find(({ command }) => command.includes(part))?.pid ?? 0

test('a web server that crashes is started again on the same port, and waits longer after each crash', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  const [, url = ''] = (await start.says(/runs at (\S+)/)) ?? []
  await start.says(/Ctrl-C/)
  process.kill(pidOf('server/main.ts'), 'SIGKILL')
  await start.says(/server ended \(SIGKILL\): started again in 0.2 s/)
  await start.says(/server: up again/)
  const { pid } = await (await fetch(url)).json()
  process.kill(pid, 'SIGKILL')
  await start.says(/started again in 0.4 s/)
  await start.says(/server: up again[\s\S]*server: up again/)
  expect((await (await fetch(url)).json()).pid).not.toBe(pid)
  start.kill('SIGTERM')
  await start.ended
  expect(await place.left()).toEqual([])
})

test('a Redis that is killed comes back on the same socket with what it had acknowledged', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  await start.says(/Ctrl-C/)
  const socket = place.path('.data/redis.sock')
  expect(await ask(socket, 'SET deal 500')).toBe('+OK')
  process.kill(pidOf('redis-server'), 'SIGKILL')
  await start.says(/Redis: up again/)
  expect(await ask(socket, 'GET deal')).toBe('500')
  start.kill('SIGTERM')
  await start.ended
})

test('a process that crashes again and again does not take the others with it', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  const [, url = ''] = (await start.says(/runs at (\S+)/)) ?? []
  await start.says(/Ctrl-C/)
  for (const wait of ['0.2', '0.4', '0.8']) {
    process.kill(pidOf('workers/main.ts'), 'SIGKILL')
    await start.says(new RegExp(`workers ended .* in ${wait} s`))
    while (!pidOf('workers/main.ts')) await sleep(20)
    await sleep(200)
  }
  expect((await fetch(url)).ok).toBe(true)
  start.kill('SIGTERM')
  await start.ended
})

function ask(socket: string, command: string) {
  return new Promise<string>((resolve, reject) => {
    const connection = connect(socket, () => connection.write(`${command}\r\n`))
    connection.once('error', reject)
    connection.once('data', (answer) => {
      connection.destroy()
      resolve(answer.toString().trim().split('\r\n').at(-1) ?? '')
    })
  })
}
