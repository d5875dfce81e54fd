import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { EJSON } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { diceOf } from './differential/dice.ts'
import { askOn, hostileFrame, randomCommand, reaction, throwAt } from './hostile.ts'
import { messageFrame, openRaw, rawCommand } from './raw.ts'

const FRAMES = 10_000
const COMMANDS = 10_000
const AT_ONCE = 50
const SEED = Number(process.env.DOCSTORE_SEED ?? 42)
const PING_MS = 250
const GROWTH_BYTES = 64 * 1024 * 1024

let store: TestDocstore
beforeAll(async () => {
  store = await startDocstore()
})
afterAll(() => store?.stop())

const rssBytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${store.pid}/status`, 'utf8'))?.[1]) * 1024

/** How long a ping takes on a connection that is open already. */
const pingMs = async (socket: Socket): Promise<number> => {
  const start = performance.now()
  await askOn(socket, messageFrame({ ping: 1, $db: 'admin' }))
  return performance.now() - start
}

/** The lag of this process itself: what a busy machine adds to every measurement. */
const lagMs = async (): Promise<number> => {
  const start = performance.now()
  await new Promise((done) => setTimeout(done, 5))
  return performance.now() - start - 5
}

/** The slowest ping of others while work goes on, less what the machine itself took. */
const pingingDuring = async (work: () => Promise<void>): Promise<number> => {
  const socket = await openRaw(store.socket)
  let worst = 0
  let over = false
  const watch = (async () => {
    while (!over) {
      const lag = await lagMs()
      const took = await pingMs(socket)
      worst = Math.max(worst, took - Math.max(lag, await lagMs()))
      await new Promise((done) => setTimeout(done, 20))
    }
  })()
  await work()
  over = true
  await watch
  socket.destroy()
  return worst
}

const inGroups = async (count: number, one: (i: number) => Promise<void>): Promise<void> => {
  for (let i = 0; i < count; i += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => one(i + k)))
}

const throwFrames = (count: number, seed: number): Promise<void> => {
  const dice = diceOf(seed)
  return inGroups(count, async () => {
    const socket = await throwAt(store.socket, hostileFrame(dice))
    // answered, closed, or it waits for bytes that never come
    await reaction(socket, 20)
    socket.destroy()
  })
}

/** Replies that say the fault is the store's own: there must be none. */
const sendCommands = async (count: number, seed: number): Promise<string[]> => {
  const dice = diceOf(seed)
  const sockets: Socket[] = []
  const faults: string[] = []
  await inGroups(count, async (i) => {
    const at = i % AT_ONCE
    const command = randomCommand(dice)
    if (!sockets[at] || sockets[at].destroyed) sockets[at] = await openRaw(store.socket)
    const reply = await askOn(sockets[at], messageFrame(command))
    if (!reply || reply.code === 1 || reply.code === 96)
      faults.push(`seed ${seed}: ${EJSON.stringify(Object.fromEntries(command as never))} ${EJSON.stringify(reply)}`)
  })
  for (const socket of sockets) socket.destroy()
  return faults
}

describe('a store under attack', () => {
  it('lives through 10,000 mangled frames, stays small and answers others at once', async () => {
    await throwFrames(1000, SEED + 1)
    const before = rssBytes()
    const worst = await pingingDuring(() => throwFrames(FRAMES - 1000, SEED))
    expect(await rawCommand(store.socket, { ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 })
    expect(rssBytes() - before).toBeLessThan(GROWTH_BYTES)
    expect(worst).toBeLessThan(PING_MS)
  }, 90_000)

  it('lives through 10,000 commands that make little sense', async () => {
    const faults = await sendCommands(1000, SEED + 1)
    const before = rssBytes()
    const worst = await pingingDuring(async () => {
      faults.push(...(await sendCommands(COMMANDS - 1000, SEED)))
    })
    expect(faults.slice(0, 20)).toEqual([])
    expect(await rawCommand(store.socket, { insert: 'still', documents: [{ a: 1 }], $db: 'alive' })).toMatchObject({
      n: 1,
      ok: 1,
    })
    expect(await rawCommand(store.socket, { validate: 'still', $db: 'alive' })).toMatchObject({ valid: true })
    expect(rssBytes() - before).toBeLessThan(GROWTH_BYTES)
    expect(worst).toBeLessThan(PING_MS)
  }, 120_000)
})
