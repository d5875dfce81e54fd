import type { Locale } from '#shared/text.ts'

/** Each language in its own words, as people look for it. */
export const languageNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }
