import type { OrganizationSettings } from '#shared/organization.ts'
import type { Locale } from '#shared/text.ts'

/** Currencies offered first; the settings page takes any. */
export const currencies = [
  'CNY',
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'HKD',
  'TWD',
  'SGD',
  'KRW',
  'INR',
  'AUD',
  'CAD',
  'BRL',
] as const

/** What a new organization is likely to be, from where the browser is. */
export function newOrganization(locale: Locale): OrganizationSettings {
  return {
    name: '',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale,
    currency: locale === 'zh-CN' ? 'CNY' : 'USD',
    weekStart: 1,
    fiscalYearStartMonth: 1,
    fiscalCalendar: 'months',
    calendar: { workingWeekdays: [1, 2, 3, 4, 5], exceptions: [] },
  }
}

/** The names of weekdays (Monday first) and months as options. */
export function calendarNames(locale: Locale) {
  const name = (options: Intl.DateTimeFormatOptions, date: number) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date)
  return {
    weekdays: [1, 2, 3, 4, 5, 6, 7].map((day) => ({
      value: String(day),
      label: name({ weekday: 'long' }, Date.UTC(2024, 0, day)),
    })),
    months: Array.from({ length: 12 }, (_, month) => ({
      value: String(month + 1),
      label: name({ month: 'long' }, Date.UTC(2024, month, 1)),
    })),
  }
}
