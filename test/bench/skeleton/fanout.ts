import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'

/** A server that only sends: a number on a Redis channel becomes a message of `--bytes` to every socket, by Socket.IO or ws. */
const [kind = 'sio', bytes = '2173'] = process.argv.slice(2)
const filler = 'x'.repeat(Math.max(0, Number(bytes) - 40))
const http = createServer()
const send = kind === 'sio' ? openSocketIo() : openWs()
const subscriber = new Redis(process.env.REDIS_URL ?? '')
subscriber.on('message', (_channel: string, text: string) => {
  const [channel, seq] = text.split(' ').map(Number)
  send({ channel, seq, filler })
})
await subscriber.subscribe('emit')
http.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ ready: true, port: (http.address() as AddressInfo).port })),
)
process.on('SIGTERM', () => process.exit())

function openSocketIo(): (message: object) => void {
  const io = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
  })
  io.on('connection', (socket) => void socket.join('board'))
  return (message) => void io.to('board').emit('board', message)
}

/** Speaks just enough of Socket.IO for the same driver: what is measured are the sends. */
function openWs(): (message: object) => void {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.send('0{}')
    socket.once('message', () => socket.send('40{}'))
  })
  return (message) => {
    const text = `42${JSON.stringify(['board', message])}`
    for (const socket of server.clients) socket.send(text)
  }
}
