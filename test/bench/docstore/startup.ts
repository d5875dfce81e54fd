import { readFileSync } from 'node:fs'
import { startDocstore } from '../../support/docstore.ts'
import type { Figure } from '../support/figure.ts'

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

type Bounds = Pick<Figure, 'reference' | 'floor' | 'unit'>

const figure = (what: string, value: number, text: string, bounds: Bounds): Figure => ({
  goal: '',
  what: `docstore: ${what}`,
  product: text,
  value,
  better: 'lower',
  ...bounds,
})

/** Median of three starts: milliseconds until it listens, and its memory then. */
const starts = async (dataDir?: string): Promise<[number, number]> => {
  const all: [number, number][] = []
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    const store = await startDocstore({ ...(dataDir === undefined ? {} : { dataDir }) })
    all.push([performance.now() - start, residentMb(store.pid)])
    await store.stop()
  }
  return all.toSorted((a, b) => a[0] - b[0])[1] ?? [0, 0]
}

/** How long a folder takes from the start of the process until it listens, and its memory then; beside an empty folder. */
export const startFigures = async (dataDir: string, when: string, docs: number): Promise<Figure[]> => {
  const [emptyMs, emptyMb] = await starts()
  const [ms, mb] = await starts(dataDir)
  const what = `start ${when} with ${docs.toLocaleString('en')} documents`
  const time: Bounds = { reference: `empty: ${Math.round(emptyMs)} ms`, floor: 1000, unit: 'ms' }
  const memory: Bounds = { reference: `empty: ${Math.round(emptyMb)} MB`, floor: 150 * 1024, unit: 'KB' }
  return [
    figure(what, ms, `${Math.round(ms)} ms`, time),
    figure(`memory after the ${what}`, mb * 1024, `${Math.round(mb)} MB`, memory),
  ]
}
