import { readFileSync } from 'node:fs'
import { startDocstore } from '../../support/docstore.ts'
import type { Figure } from '../support/figure.ts'

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const figure = (what: string, value: number, text: string, floor: number, unit: 'ms' | 'KB'): Figure => ({
  goal: '',
  what: `docstore: ${what}`,
  product: text,
  reference: '',
  value,
  unit,
  better: 'lower',
  floor,
})

/** How long a folder takes from the start of the process until it listens, and its memory then. */
export const startFigures = async (dataDir: string, when: string, docs: number): Promise<Figure[]> => {
  const starts: [number, number][] = []
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    const store = await startDocstore({ dataDir })
    starts.push([performance.now() - start, residentMb(store.pid)])
    await store.stop()
  }
  const [ms = 0, mb = 0] = starts.toSorted((a, b) => a[0] - b[0])[1] ?? []
  const what = `start ${when} with ${docs.toLocaleString('en')} documents`
  return [
    figure(what, ms, `${Math.round(ms)} ms`, 1000, 'ms'),
    figure(`memory after the ${what}`, mb * 1024, `${Math.round(mb)} MB`, 150 * 1024, 'KB'),
  ]
}
