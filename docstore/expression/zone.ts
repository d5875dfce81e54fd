import { CommandError } from '../errors.ts'

/** A time zone: what to add to UTC at an instant, both in milliseconds. */
export interface Zone {
  readonly name: string
  readonly offsetAt: (ms: number) => number
}

export const UTC: Zone = { name: 'UTC', offsetAt: () => 0 }

const known = new Map<string, Zone>([
  ['UTC', UTC],
  ['GMT', UTC],
  ['Z', UTC],
])

const bad = (name: string): CommandError => new CommandError(40485, `unrecognized time zone identifier: "${name}"`)

const DAY_MS = 86_400_000

const namedZone = (name: string): Zone => {
  let format: Intl.DateTimeFormat
  try {
    if (!/^[A-Z]/.test(name)) throw bad(name)
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
  } catch {
    throw bad(name)
  }
  const offsetAt = (ms: number): number => {
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(ms)) parts[type] = value
    const year = parts.era?.startsWith('B') ? 1 - Number(parts.year) : Number(parts.year)
    const local = new Date(0)
    local.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day))
    local.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second))
    return local.getTime() - Math.floor(ms / 1000) * 1000
  }
  return { name, offsetAt }
}

/** A zone by its Olson name or as an offset such as +05:30. Throws 40485. */
export const zoneOf = (name: string): Zone => {
  const found = known.get(name)
  if (found) return found
  const fixed = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(name)
  const offset = fixed && (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * (fixed[1] === '-' ? -60_000 : 60_000)
  const zone = offset === null ? namedZone(name) : { name, offsetAt: () => offset }
  if (known.size > 1000) known.clear()
  known.set(name, zone)
  return zone
}

/** The wall clock of a zone, as if it were UTC. */
export const toLocal = (ms: number, zone: Zone): number => ms + zone.offsetAt(ms)

/** The instant of a wall clock; the earlier of two, and in a gap as far after it as the clock was into it. */
export const toInstant = (local: number, zone: Zone): number => {
  const before = local - zone.offsetAt(local - DAY_MS)
  if (before + zone.offsetAt(before) === local) return before
  const after = local - zone.offsetAt(local + DAY_MS)
  return after + zone.offsetAt(after) === local ? after : before
}
