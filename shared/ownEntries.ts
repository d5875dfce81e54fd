import { type Locale, locales } from './text.ts'

/** What the source of self-reported activities is called until somebody renames it. */
export const ownEntries: Record<Locale, string> = { en: 'Own entries', 'zh-CN': '自主填报' }

/** A source's name for a reader: own entries that nobody renamed are called so in the reader's language. */
export function sourceNameFor(name: string, locale: Locale): string {
  return locales.some((one) => ownEntries[one] === name) ? ownEntries[locale] : name
}

const manual = '-manual'

/** The id of an organization's source of self-reported activities. */
export function manualSourceId(org: string): string {
  return `${org}${manual}`
}

/** Is it such a source? It takes neither keys nor files, and no id that is made has a dash. */
export function isOwnEntries({ id }: { id: string }): boolean {
  return id.endsWith(manual)
}
