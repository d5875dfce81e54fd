import { writeFileSync } from 'node:fs'
import { readOptions } from './options.ts'
import { parts } from './parts.ts'
import { startProduct } from './product/line.ts'
import { startSkeleton } from './skeleton/line.ts'
import type { Bench } from './support/bench.ts'
import type { PartResult } from './support/figure.ts'
import { markdown } from './support/report.ts'

/** npm run bench -- [part …] [--quick] [--json FILE] [--profile web,worker]: the product against the bare skeleton. */
const options = readOptions(process.argv.slice(2))
const startedMs = Date.now()
const lines: { stop(): Promise<void> }[] = []
const once = <T extends { stop(): Promise<void> }>(start: () => Promise<T>) => {
  let running: Promise<T> | undefined
  return () => {
    running ??= start().then((line) => {
      lines.push(line)
      return line
    })
    return running
  }
}
const bench: Bench = {
  quick: options.quick,
  skeleton: once(startSkeleton),
  product: once(() => startProduct(options.profile)),
  note: (text) => console.error(`  ${text}`),
}
const total: PartResult = { figures: [], conditions: [] }
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
try {
  for (const name of options.parts) {
    console.error(`${name} …`)
    const result = await parts[name]?.(bench)
    total.figures.push(...(result?.figures ?? []))
    total.conditions.push(...(result?.conditions ?? []))
  }
} finally {
  for (const line of lines) await line.stop()
}
console.log(`\n${markdown(total)}\n`)
const seconds = Math.round((Date.now() - startedMs) / 1000)
writeFileSync(options.json, `${JSON.stringify({ at: new Date(), seconds, quick: options.quick, ...total }, null, 2)}\n`)
console.error(`Took ${seconds} s; figures in ${options.json}`)
process.exit(total.conditions.every(({ holds }) => holds) ? 0 : 1)
