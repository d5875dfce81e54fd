import { z } from 'zod'

/** Id of anything that Pitboard made: letters, digits, `-` and `_` only, so that it is safe in keys, urls and job ids. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'An id has 1 to 64 letters, digits, - or _')

/** A day in the organization's zone, `YYYY-MM-DD`, from 1900 to 2199. */
export const localDaySchema = z.iso
  .date()
  .refine((day) => '1900-01-01' <= day && day < '2200-01-01', 'A day lies between 1900-01-01 and 2199-12-31')
export type LocalDay = string

/** An instant, milliseconds since 1970-01-01T00:00Z. */
export const instantMsSchema = z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000)

/** ISO 4217 code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'A currency is three capital letters, like EUR')

/** IANA zone that this runtime knows. */
export const zoneSchema = z
  .string()
  .min(1)
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
      return true
    } catch {
      return false
    }
  }, 'The time zone is not known')

/** Kind of an activity: words with dots, like `deal.won`. */
export const kindSchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/, 'A kind is lower-case words with dots, like deal.won')
