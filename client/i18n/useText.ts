import { computed } from 'vue'
import { sourceNameFor } from '#shared/ownEntries.ts'
import { type Locale, type LocalText, localText } from '#shared/text.ts'
import { i18n } from './i18n.ts'
import type { MessageKey } from './keys.ts'

/** What fills a text's blanks; `n` also chooses its plural. */
export type Blanks = Record<string, string | number>

/** Texts in the reader's language: `t('wall.live')`, `name(board.name)` for names that people gave, `source` for a source's. */
export function useText() {
  const { t: translate, locale } = i18n.global
  const t = (key: MessageKey, blanks: Blanks = {}): string =>
    typeof blanks.n === 'number' ? translate(key, blanks, blanks.n) : translate(key, blanks)
  const name = (text: LocalText): string => localText(text, locale.value as Locale)
  const source = (given: string): string => sourceNameFor(given, locale.value as Locale)
  return { t, name, source, locale: computed(() => locale.value as Locale) }
}
