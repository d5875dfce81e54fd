import { Temporal } from 'temporal-polyfill'

/** What an `<input type="datetime-local">` holds, read in a zone: its instant, or `null` when it is empty or half written. */
export function instantOfLocal(text: string, zone: string): number | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
  } catch {
    return null
  }
}

/** An instant as an `<input type="datetime-local">` holds it, to the minute. */
export function localOfInstant(atMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
}
