import { createI18n } from 'vue-i18n'
import { type Locale, locales } from '#shared/text.ts'
import { en } from './en.ts'
import type { Messages } from './keys.ts'
import { zhCN } from './zh-CN.ts'

const chosenKey = 'pitboard.locale'

/** The language that this person chose on this machine, if any. */
export function chosenLocale(): Locale | null {
  return locales.find((locale) => locale === localStorage.getItem(chosenKey)) ?? null
}

/** Keeps a choice of language on this machine. */
export function keepLocale(locale: Locale) {
  localStorage.setItem(chosenKey, locale)
}

/** The language of the browser, as near as we speak it. */
function browserLocale(): Locale {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export const i18n = createI18n<[Messages], Locale, false>({
  legacy: false,
  locale: chosenLocale() ?? browserLocale(),
  fallbackLocale: 'en',
  missingWarn: false,
  fallbackWarn: false,
  messages: { en, 'zh-CN': zhCN },
})
