import { setTimeout as sleep } from 'node:timers/promises'
import { loadBoardId } from '../product/floor.ts'
import { quantile } from '../support/stats.ts'
import { readUsage, residentKb, type Usage, usageBetween } from '../support/usage.ts'
import { type EmitterAddress, openEmitter } from './emitter.ts'
import { openRawSocket, type RawSocket } from './rawSocket.ts'

export interface FanOut {
  port: number
  pids: Record<string, number>
  headers: Record<string, string>
  address: EmitterAddress
  sockets: number
  /** Boards that every socket watches. */
  channels: number
  /** Changes a second of each channel; `null`: the next one when every socket has the last. */
  perSecond: number | null
  seconds: number
}

export interface FanOutResult {
  sent: number
  /** States that a socket never came to show, over all sockets. */
  lost: number
  framesPerSecond: number
  p50Ms: number
  p99Ms: number
  usage: Usage
  seconds: number
  kbPerSocket: number
  bytes: number
}

const warmUpSockets = 100

/** Has boards change and follows every frame to every socket. */
export async function fanOut(options: FanOut): Promise<FanOutResult> {
  const { port, pids, headers, address, sockets: size, channels, perSecond, seconds } = options
  const emitter = await openEmitter(address)
  const product = !('redisUrl' in address)
  for (let channel = 0; channel < channels && product; channel++) await emitter.emit(channel, 0)
  // What the first sockets cost is code and caches, not sockets.
  const early = await openAll(warmUpSockets, port, headers, () => undefined)
  if (product) await watchAll(early, channels)
  await sleep(500)
  for (const socket of early) socket.close()
  const kbBefore = residentKb(pids.web ?? 0)
  const seqs = new Int32Array(channels)
  const arrived = new Int32Array(channels)
  const emittedMs = new Float64Array(channels)
  const samples: number[] = []
  let delivered = 0
  let frames = 0
  let bytes = 0
  let complete: (channel: number) => void = () => undefined
  const latest = Array.from({ length: size }, () => new Int32Array(channels))
  const onFrame = (socket: number, frame: Buffer) => {
    const known = emitter.read(frame.toString('latin1', 0, 300))
    if (!known || known.seq <= 0) return
    const { channel, seq } = known
    const own = latest[socket]
    if (!own) return
    // A later state holds the ones before it.
    delivered += seq - (own[channel] ?? 0)
    own[channel] = seq
    frames += 1
    bytes = frame.length
    if (seq !== seqs[channel]) return
    samples.push(performance.now() - (emittedMs[channel] ?? 0))
    arrived[channel] = (arrived[channel] ?? 0) + 1
    if (arrived[channel] === size) complete(channel)
  }
  const sockets = await openAll(size, port, headers, onFrame)
  if (product) await watchAll(sockets, channels)
  await sleep(1500)
  const kbPerSocket = (residentKb(pids.web ?? 0) - kbBefore) / size
  let sent = 0
  const emit = async (channel: number) => {
    const seq = (seqs[channel] ?? 0) + 1
    seqs[channel] = seq
    arrived[channel] = 0
    sent += 1
    emittedMs[channel] = performance.now()
    await emitter.emit(channel, seq)
  }
  const usageBefore = readUsage({ ...pids, driver: process.pid })
  const startMs = performance.now()
  if (perSecond === null) {
    let running = true
    complete = (channel) => {
      if (running) void emit(channel)
    }
    for (let channel = 0; channel < channels; channel++) void emit(channel)
    await sleep(seconds * 1000)
    running = false
  } else {
    for (let tick = 0; tick < perSecond * seconds; tick++) {
      await sleep(Math.max(0, startMs + (tick * 1000) / perSecond - performance.now()))
      for (let channel = 0; channel < channels; channel++) void emit(channel)
    }
  }
  const framesInTime = frames
  const elapsedMs = performance.now() - startMs
  const usage = usageBetween(usageBefore, readUsage({ ...pids, driver: process.pid }))
  for (const until = Date.now() + 5000; delivered < sent * size && Date.now() < until; ) await sleep(20)
  for (const socket of sockets) socket.close()
  await emitter.close()
  return {
    sent,
    lost: sent * size - delivered,
    framesPerSecond: (framesInTime / elapsedMs) * 1000,
    p50Ms: quantile(samples, 0.5),
    p99Ms: quantile(samples, 0.99),
    usage,
    seconds: elapsedMs / 1000,
    kbPerSocket,
    bytes,
  }
}

async function openAll(
  size: number,
  port: number,
  headers: Record<string, string>,
  onFrame: (socket: number, frame: Buffer) => void,
): Promise<RawSocket[]> {
  const sockets: RawSocket[] = []
  const lost = () => void process.emitWarning('A socket was lost')
  while (sockets.length < size) {
    const first = sockets.length
    const some = Array.from({ length: Math.min(100, size - first) }, (_, index) =>
      openRawSocket(port, {
        headers,
        auth: { protocol: 1 },
        onFrame: (frame) => onFrame(first + index, frame),
        onLost: lost,
      }),
    )
    await Promise.all(some.map(({ ready }) => ready))
    sockets.push(...some)
  }
  return sockets
}

async function watchAll(sockets: readonly RawSocket[], channels: number): Promise<void> {
  for (const [index, socket] of sockets.entries()) {
    for (let channel = 0; channel < channels; channel++)
      socket.ask(channel + 1, 'board:watch', { boardId: loadBoardId(channel), top: 50 })
    if (index % 50 === 49) await sleep(20)
  }
}
