import { z } from 'zod'
import { currencySchema, idSchema, localDaySchema, zoneSchema } from './schema.ts'
import { localeSchema } from './text.ts'

/** Working days of the week and the days that differ: `working: false` is a holiday, `true` a make-up working day. */
export const calendarSchema = z.strictObject({
  /** ISO weekdays, Monday = 1. */
  workingWeekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  exceptions: z
    .array(z.strictObject({ day: localDaySchema, working: z.boolean(), name: z.string().max(80).default('') }))
    .max(1000),
})
export type WorkingCalendar = z.infer<typeof calendarSchema>

/** Settings that change what a day, a week and a year are, and how numbers are written. */
export const organizationSettingsSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  zone: zoneSchema,
  locale: localeSchema,
  currency: currencySchema,
  /** ISO weekday on which a week begins, Monday = 1. */
  weekStart: z.number().int().min(1).max(7),
  /** Month in which the fiscal year begins, 1–12. */
  fiscalYearStartMonth: z.number().int().min(1).max(12),
  /** `months`: calendar months; `445`: quarters of 4, 4 and 5 weeks. */
  fiscalCalendar: z.enum(['months', '445']),
  calendar: calendarSchema,
})
export type OrganizationSettings = z.infer<typeof organizationSettingsSchema>

export const organizationSchema = organizationSettingsSchema.extend({ id: idSchema })
export type Organization = z.infer<typeof organizationSchema>
