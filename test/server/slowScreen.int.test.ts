import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { protocolVersion, tickEveryMs } from '#shared/contract/realtime.ts'
import { until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { openScreen } from '#test/support/screen.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** A screen that keeps saying that it lives, and reads nothing once it is asked to stop reading. */
async function openSilent(): Promise<{ stopReading(): void; close(): void }> {
  const url = `${house.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const line = new WebSocket(url, { headers: { cookie: house.cookie('wall') } })
  line.on('error', () => undefined)
  await new Promise((resolve) => line.once('message', resolve))
  line.send(`40${JSON.stringify({ protocol: protocolVersion })}`)
  await new Promise((resolve) => line.once('message', resolve))
  const alive = setInterval(() => line.readyState === WebSocket.OPEN && line.send('3'), 500)
  return {
    stopReading: () => line.pause(),
    close() {
      clearInterval(alive)
      line.terminate()
    },
  }
}

test('a screen that takes nothing of what it is sent is let go of before it costs memory, and others go on', async () => {
  const { io } = house.web.realtime
  const screen = await openScreen(house.url, house.cookie('wall'))
  const silent = await openSilent()
  expect(io.sockets.sockets.size).toBe(2)
  silent.stopReading()
  const sending = setInterval(() => io.emit('tick', { nowMs: 1, pad: 'x'.repeat(100_000) } as never), 20)
  try {
    await until(async () => io.sockets.sockets.size === 1, 4 * tickEveryMs)
    const before = screen.heard('tick').length
    await until(async () => screen.heard('tick').length > before + 20)
  } finally {
    clearInterval(sending)
    silent.close()
    screen.close()
  }
})
