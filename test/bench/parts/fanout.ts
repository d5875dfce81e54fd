import type { FanOutResult } from '../driver/fanOut.ts'
import { alternate } from '../support/alternate.ts'
import type { Bench, Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { show } from '../support/figure.ts'
import { startNode, startRedis, temporaryFolder } from '../support/processes.ts'
import { mean, median } from '../support/stats.ts'

interface Load {
  sockets: number
  channels: number
  perSecond: number | null
  seconds: number
}

/** 2,000 sockets in one process, a 2 KB board at 10 Hz, against bare Socket.IO. */
export const sockets: Part = async (bench) => {
  const load = { sockets: 2000, channels: 1, perSecond: 10, seconds: bench.quick ? 4 : 10 }
  const runs = await alternate(
    bench.quick ? 1 : 2,
    () => bare(bench, 'sio', load),
    () => own(bench, load),
  )
  const p99 = (result: FanOutResult) => result.p99Ms
  const core = ({ usage, seconds }: FanOutResult) => (usage.web ?? 0) / seconds / 10_000
  const kb = (result: FanOutResult) => result.kbPerSocket
  const figure = (what: string, unit: 'ms' | '%' | 'KB', pick: (result: FanOutResult) => number) => ({
    goal: '9',
    what: `2,000 sockets at 10 Hz of ${runs.product[0]?.bytes} bytes: ${what}`,
    product: show(median(runs.product.map(pick)), unit),
    reference: show(median(runs.reference.map(pick)), unit),
    better: 'lower' as const,
  })
  return {
    figures: [
      { ...figure('p99', 'ms', p99), value: runs.ratio(p99, p99), unit: '×', floor: 150 / 70, aim: 90 / 70 },
      {
        ...figure('part of a core', '%', core),
        value: runs.ratio(core, core),
        unit: '×',
        floor: 60 / 34,
        aim: 45 / 34,
      },
      { ...figure('memory per socket', 'KB', kb), value: median(runs.product.map(kb)), unit: 'KB', aim: 40, floor: 80 },
    ],
    conditions: [
      {
        what: 'sockets: every change reaches each of 2,000 sockets',
        holds: runs.product.every(({ lost }) => lost === 0),
      },
    ],
  }
}

/** How many messages a second one process can send to 1,000 sockets: closed loop over ten boards. */
export const fanout: Part = async (bench) => {
  const load = { sockets: 1000, channels: 10, perSecond: null, seconds: bench.quick ? 4 : 8 }
  const rounds = bench.quick ? 1 : 2
  const ws = await bare(bench, 'ws', load)
  const runs = await alternate(
    rounds,
    () => bare(bench, 'sio', load),
    () => own(bench, load),
  )
  const wsAfter = await bare(bench, 'ws', load)
  const rate = (result: FanOutResult) => result.framesPerSecond
  const product = median(runs.product.map(rate))
  const wsRate = mean([ws, wsAfter].map(rate))
  return {
    figures: [
      {
        goal: '10',
        what: 'fan-out ceiling, 1,000 sockets, product ÷ bare Socket.IO',
        product: show(product, '/s'),
        reference: show(median(runs.reference.map(rate)), '/s'),
        value: runs.ratio(rate, rate),
        unit: '×',
        better: 'higher',
        floor: 0.7,
        aim: 0.9,
      },
      {
        goal: '10',
        what: 'fan-out ceiling, 1,000 sockets, product ÷ bare ws',
        product: show(product, '/s'),
        reference: show(wsRate, '/s'),
        value: product / wsRate,
        unit: '×',
        better: 'higher',
        aim: 0.7,
      },
    ],
    conditions: [{ what: 'fan-out: no message is lost', holds: runs.product.every(({ lost }) => lost === 0) }],
  }
}

async function own({ product, note }: Bench, load: Load): Promise<FanOutResult> {
  const { line, env } = await product()
  const result = await drive('fanOut', {
    ...load,
    port: line.port,
    pids: line.pids,
    headers: line.viewHeaders,
    address: env,
  })
  note(`product: ${describe(result)}`)
  return result
}

async function bare({ note }: Bench, kind: 'sio' | 'ws', load: Load): Promise<FanOutResult> {
  const { folder, remove } = temporaryFolder('fanout')
  const redis = await startRedis(folder)
  const web = await startNode('test/bench/skeleton/fanout.ts', { args: [kind, '2173'], env: { REDIS_URL: redis.url } })
  const port = Number(web.facts.port)
  const pids = { web: web.pid }
  const result = await drive('fanOut', { ...load, port, pids, headers: {}, address: { redisUrl: redis.url } })
  await web.stop()
  await redis.stop()
  remove()
  note(`bare ${kind}: ${describe(result)}`)
  return result
}

function describe({ framesPerSecond, p50Ms, p99Ms, usage, seconds, kbPerSocket, lost, bytes }: FanOutResult): string {
  const core = show((usage.web ?? 0) / seconds / 10_000, '%')
  return `${show(framesPerSecond, '/s')} of ${bytes} B, p50 ${show(p50Ms, 'ms')}, p99 ${show(p99Ms, 'ms')}, ${core}, ${show(kbPerSocket, 'KB')} a socket, lost ${lost}`
}
