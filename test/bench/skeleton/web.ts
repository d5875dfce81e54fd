import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, Queue } from 'bullmq'
import express from 'express'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { z } from 'zod'
import { changedChannel, eventSchema, queueName, shownBoard } from './eventSchema.ts'
import { openStore } from './store.ts'
import { createWindow } from './window.ts'

/** The skeleton's web process: POST → insert → job; news → first 50 of the board → every screen, at most every 50 ms. */
const url = process.env.REDIS_URL ?? ''
const redis = new Redis(url)
const queue = new Queue(queueName, {
  connection: redis as unknown as ConnectionOptions,
  defaultJobOptions: { removeOnComplete: true, attempts: 3 },
})
const store = openStore(process.env.DATA_DIR ?? '.')
const bodySchema = z.union([eventSchema, z.array(eventSchema).max(1000)])

const app = express()
app.post('/events', express.json({ limit: '4mb' }), async (request, response) => {
  const parsed = bodySchema.safeParse(request.body)
  if (!parsed.success) return void response.status(422).json({ issues: parsed.error.issues })
  const events = Array.isArray(parsed.data) ? parsed.data : [parsed.data]
  store(events)
  const [first] = events
  if (events.length === 1 && first) await queue.add('event', first)
  else await queue.addBulk(events.map((data) => ({ name: 'event', data })))
  response.status(202).json({ accepted: events.length })
})

const http = createServer(app)
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
})
const window = createWindow(50, async () => void io.to('board').emit('board', await snapshot()))
io.on('connection', async (socket) => {
  await socket.join('board')
  socket.emit('board', await snapshot())
})
const subscriber = new Redis(url)
subscriber.on('message', () => window.changed())
await subscriber.subscribe(changedChannel)

http.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ ready: true, port: (http.address() as AddressInfo).port })),
)
process.on('SIGTERM', () => process.exit())

async function snapshot(): Promise<{ id: string; name: string; points: number }[]> {
  const flat = await redis.zrevrange(shownBoard, 0, 49, 'WITHSCORES')
  const rows = []
  for (let at = 0; at + 1 < flat.length; at += 2)
    rows.push({ id: flat[at] ?? '', name: `Name of ${flat[at]}`, points: Number(flat[at + 1]) })
  return rows
}
