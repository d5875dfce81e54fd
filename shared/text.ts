import { z } from 'zod'

/** Languages that every screen speaks. */
export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]
export const localeSchema = z.enum(locales)

const words = z.string().trim().min(1).max(120)

/** A name that people gave, in one or both languages: `{ en: 'Deals won', 'zh-CN': '赢单数' }`. */
export const localTextSchema = z
  .strictObject({ en: words.optional(), 'zh-CN': words.optional() })
  .refine((text) => text.en !== undefined || text['zh-CN'] !== undefined, 'A name in at least one language is needed')
export type LocalText = z.infer<typeof localTextSchema>

/** The text in the reader's language, else in the other one. */
export function localText(text: LocalText, locale: Locale): string {
  return text[locale] ?? text.en ?? text['zh-CN'] ?? ''
}
