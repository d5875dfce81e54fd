import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Not older than this, and why. */
const least: Record<string, [version: string, why: string]> = {
  express: ['5.3.0', 'the line that is maintained'],
  'socket.io': ['4.8.4', 'the line that is maintained'],
  'socket.io-parser': ['4.2.7', 'CVE-2026-33151 and CVE-2026-69185: attachments that exhaust memory'],
  'engine.io': ['6.6.12', 'CVE-2022-41940 and later: uncaught exceptions'],
  ws: ['8.21.3', 'CVE-2024-37890, CVE-2026-45736 and CVE-2026-48779: headers and tiny fragments'],
  mongoose: ['9.12.1', 'CVE-2024-53900 and CVE-2025-23061: $where in populate'],
  bson: ['7.3.4', 'hostile documents'],
  mingo: ['7.2.7', 'prototype pollution by field paths'],
  bullmq: ['6.7.0', 'the line that is maintained'],
  ioredis: ['6.0.0', 'the line that is maintained'],
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { version?: string }>
}

test.each(Object.entries(least))('no copy of %s is older than what is known to be safe', (name, [version]) => {
  const copies = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`))
  expect(copies.length).toBeGreaterThan(0)
  for (const [path, copy] of copies) expect([path, isAtLeast(copy.version ?? '0', version)]).toEqual([path, true])
})

function isAtLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [index, part] of (b ?? []).entries()) {
    const own = a?.[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}
