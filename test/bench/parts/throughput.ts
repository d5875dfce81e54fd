import type { ClosedLoopResult } from '../driver/closedLoop.ts'
import { alternate } from '../support/alternate.ts'
import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { type Figure, show } from '../support/figure.ts'
import type { Line } from '../support/line.ts'
import { median } from '../support/stats.ts'

interface Setting {
  name: string
  goal: string
  batch: number
  window: number
  connections: number
  rate: { floor: number; aim: number }
  cpu: { floor: number; aim: number }
}

const screens = 50
const servers = ['web', 'worker', 'redis'] as const

/** Single posts, sustained: closed loop of 400 un-shown events. */
export const single: Part = throughput({
  name: 'single posts',
  goal: '4',
  batch: 1,
  window: 400,
  connections: 64,
  rate: { floor: 0.33, aim: 0.5 },
  cpu: { floor: 3, aim: 2 },
})

/** Batches of 100, sustained: closed loop of 4,000 un-shown events, against one job per event. */
export const batch: Part = throughput({
  name: 'batches of 100',
  goal: '5',
  batch: 100,
  window: 4000,
  connections: 8,
  rate: { floor: 0.5, aim: 1 },
  cpu: { floor: 300 / 230, aim: 150 / 230 },
})

function throughput({ name, goal, batch, window, connections, rate, cpu }: Setting): Part {
  return async ({ quick, skeleton, product, note }) => {
    const [bare, full] = [(await skeleton()).line, (await product()).line]
    const run = (line: Line) => async () => {
      const options = { line, batch, window, connections, seconds: quick ? 4 : 8, screens }
      const result = await drive('closedLoop', options)
      note(`${line.kind}, ${name}: ${show(result.perSecond, '/s')}, ${describe(result)}`)
      return result
    }
    const runs = await alternate(quick ? 1 : 3, run(bare), run(full))
    const perSecond = (result: ClosedLoopResult) => result.perSecond
    const figures: Figure[] = [
      {
        goal,
        what: `${name}, sustained, product ÷ skeleton`,
        product: show(median(runs.product.map(perSecond)), '/s'),
        reference: show(median(runs.reference.map(perSecond)), '/s'),
        value: runs.ratio(perSecond, perSecond),
        unit: '×',
        better: 'higher',
        ...rate,
      },
      {
        goal: '6',
        what: `${name}: web + worker + redis CPU per event`,
        product: show(median(runs.product.map(serverUs)), 'µs'),
        reference: show(median(runs.reference.map(serverUs)), 'µs'),
        value: runs.ratio(serverUs, serverUs),
        unit: '×',
        better: 'lower',
        ...cpu,
      },
      ...['web', 'worker', 'redis', 'docstore', 'driver'].map((process): Figure => {
        const us = (result: ClosedLoopResult) => result.usPerEvent[process] ?? 0
        const own = median(runs.product.map(us))
        return {
          goal: '',
          what: `${name}: CPU per event of ${process}`,
          product: show(own, 'µs'),
          reference: process === 'docstore' ? '(in web)' : show(median(runs.reference.map(us)), 'µs'),
          value: own,
          unit: 'µs',
          better: 'lower',
        }
      }),
    ]
    const all = [...runs.reference, ...runs.product]
    return {
      figures,
      conditions: [
        {
          what: `${name}: every screen shows all of ${all.reduce((sum, { sent }) => sum + sent, 0)} events, none refused`,
          holds: all.every(({ sent, shown, refused }) => shown === sent && refused === 0),
        },
      ],
    }
  }
}

function serverUs({ usPerEvent }: ClosedLoopResult): number {
  return servers.reduce((sum, process) => sum + (usPerEvent[process] ?? 0), 0)
}

function describe({ usPerEvent, sent, shown, refused }: ClosedLoopResult): string {
  const parts = Object.entries(usPerEvent).map(([process, us]) => `${process} ${Math.round(us)}`)
  return `µs per event: ${parts.join(', ')}; sent ${sent}, shown ${shown}, refused ${refused}`
}
