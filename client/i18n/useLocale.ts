import { watchEffect } from 'vue'
import { useRoute } from 'vue-router'
import { type Locale, locales } from '#shared/text.ts'
import { useSession } from '../session/session.store.ts'
import { chosenLocale, i18n, keepLocale } from './i18n.ts'

/** Follows, in this order: `?locale=` of the address, the person's choice, the organization. Call it once. */
export function useLocale() {
  const session = useSession()
  const route = useRoute()
  watchEffect(() => {
    const asked = locales.find((locale) => locale === route.query.locale)
    const locale = asked ?? chosenLocale() ?? session.organization?.locale
    if (locale) i18n.global.locale.value = locale
    document.documentElement.lang = i18n.global.locale.value
  })
}

/** The person's own choice of language, kept on this machine. */
export function chooseLocale(locale: Locale) {
  keepLocale(locale)
  i18n.global.locale.value = locale
}
