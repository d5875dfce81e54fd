import { existsSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { standIn } from './standIn.ts'

let place: ReturnType<typeof standIn>
afterEach(() => place.remove())

test('a command starts the stores for itself, hands on its exit code and leaves nothing running', async () => {
  place = standIn()
  const run = place.run('run.mjs', ['server/commands/verify.ts'])
  expect(await run.ended).toBe(7)
  expect(run.said()).toContain('redis says +PONG')
  expect(await place.left(0)).toEqual([])
})

test('a command uses the stores of the Pitboard that runs, and leaves them running', async () => {
  place = standIn()
  const start = place.run('start.mjs')
  await start.says(/Ctrl-C/)
  const before = place.alive().map(({ pid }) => pid)
  const run = place.run('run.mjs', ['server/commands/verify.ts'])
  expect(await run.ended).toBe(7)
  expect(place.alive().map(({ pid }) => pid)).toEqual(before)
  start.kill('SIGTERM')
  await start.ended
})

test('two commands at once wait for each other', async () => {
  place = standIn()
  const runs = [1, 2, 3].map(() => place.run('run.mjs', ['server/commands/verify.ts']))
  expect(await Promise.all(runs.map((run) => run.ended))).toEqual([7, 7, 7])
  expect(await place.left(0)).toEqual([])
})

test('a command that is killed leaves no store running', async () => {
  place = standIn({ 'server/commands/verify.ts': `console.log('at work'); setInterval(() => {}, 1000)` })
  const run = place.run('run.mjs', ['server/commands/verify.ts'])
  await run.says(/at work/)
  run.kill('SIGKILL')
  expect(await place.left()).toEqual([])
})

test('a command without stores starts none', async () => {
  place = standIn({ 'test/bench/main.ts': `console.log('measured', process.argv[2])` })
  const run = place.run('run.mjs', ['--no-stores', 'test/bench/main.ts', 'fast'])
  expect(await run.ended).toBe(0)
  expect(run.said()).toContain('measured fast')
  expect(existsSync(place.path('.data'))).toBe(false)
})

test('a file that is not there is said in one sentence', async () => {
  place = standIn()
  const run = place.run('run.mjs', ['server/commands/nothing.ts'])
  expect(await run.ended).toBe(1)
  expect(run.said()).toContain('server/commands/nothing.ts is missing')
})
