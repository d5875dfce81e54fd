const PLAIN =
  'af am ar as az be bg bn bo bs bs_Cyrl ca chr cs cy da de de_AT dsb dz ee el en en_US en_US_POSIX eo es et fa fa_AF fi fil fo ' +
  'fr fr_CA ga gl gu ha haw he hi hr hsb hu hy id ig is it ja ka kk kl km kn ko kok ky lb lkt ln lo lt lv mk ml mn mr ms mt my ' +
  'nb ne nl nn om or pa pl ps pt ro ru se si sk sl smn sq sr sr_Latn sv sw ta te th to tr ug uk ur vi wae yi yo zh zh_Hant zu'

const LOCALES = new Set(PLAIN.split(' '))

/** Variants as MongoDB writes them after `@collation=`, and as Unicode extensions do. */
const VARIANTS: Readonly<Record<string, string>> = {
  compat: 'compat',
  dictionary: 'dict',
  eor: 'eor',
  phonebook: 'phonebk',
  phonetic: 'phonetic',
  searchjl: 'searchjl',
  stroke: 'stroke',
  traditional: 'trad',
  unihan: 'unihan',
  zhuyin: 'zhuyin',
}

/** A locale as Intl wants it; `search` is a use of its own there. */
export interface Tag {
  readonly tag: string
  readonly usage: 'sort' | 'search'
  /** the variant Intl must confirm, for it passes over those it does not know */
  readonly variant: string | undefined
}

/** Reads a locale of MongoDB's list, such as "en_US" or "de@collation=phonebook"; undefined when it is not on it. */
export const tagOf = (locale: string): Tag | undefined => {
  const [base = '', extra] = locale.split('@')
  if (!LOCALES.has(base)) return undefined
  const tag = base.replaceAll('_', '-')
  if (extra === undefined) return { tag, usage: 'sort', variant: undefined }
  const name = /^collation=(\w+)$/.exec(extra)?.[1]
  if (name === 'search') return { tag, usage: 'search', variant: undefined }
  if (base === 'zh' && name === 'pinyin') return { tag, usage: 'sort', variant: undefined }
  const variant = name !== undefined && Object.hasOwn(VARIANTS, name) ? VARIANTS[name] : undefined
  return variant === undefined ? undefined : { tag: `${tag}-u-co-${variant}`, usage: 'sort', variant }
}
