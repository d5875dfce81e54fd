import type { Document } from 'bson'
import { toBson } from '../bson/js.ts'
import { docValue, isEmptyDoc, type Value } from '../bson/value.ts'
import { badValue } from '../errors.ts'
import { type Tag, tagOf } from './locales.ts'
import { readWanted, type Wanted } from './spec.ts'

/** How texts compare in one language: what a client asked for with every default filled in, and the comparison. */
export interface Collation {
  readonly spec: Document
  /** equal for equal collations */
  readonly id: string
  /** below 0, 0 or above 0 */
  readonly compare: (a: string, b: string) => number
}

type Compare = Collation['compare']

/** What ICU's data was when MongoDB fixed it; clients compare it with what they have seen elsewhere. */
const VERSION = '57.1'

const cannot = (what: string): Error => badValue(`collation with ${what} is not supported`)

const collator = (tag: Tag, wanted: Wanted, sensitivity: Intl.CollatorOptions['sensitivity']): Intl.Collator =>
  new Intl.Collator(tag.tag, {
    usage: tag.usage,
    sensitivity,
    numeric: wanted.numericOrdering,
    ...(wanted.caseFirst ? { caseFirst: wanted.caseFirst === 'off' ? 'false' : wanted.caseFirst } : {}),
    ...(wanted.alternate ? { ignorePunctuation: wanted.alternate === 'shifted' } : {}),
  })

const byCodePoint: Compare = (a, b) => Buffer.compare(Buffer.from(a.normalize('NFD')), Buffer.from(b.normalize('NFD')))

/** The levels that make up a strength, first to last; ICU asks the case level between the second and the third. */
const levelsOf = (tag: Tag, wanted: Wanted): Compare[] => {
  const at = (sensitivity: Intl.CollatorOptions['sensitivity']): Compare => collator(tag, wanted, sensitivity).compare
  const { strength, caseLevel } = wanted
  if (strength === 1) return [at(caseLevel ? 'case' : 'base')]
  if (strength === 2) return caseLevel ? [at('accent'), at('case')] : [at('accent')]
  const levels = caseLevel ? [at('accent'), at('case'), at('variant')] : [at('variant')]
  return strength === 5 ? [...levels, byCodePoint] : levels
}

const chained = (levels: readonly Compare[]): Compare =>
  levels.length === 1
    ? (levels[0] as Compare)
    : (a, b) => {
        for (const level of levels) {
          const order = level(a, b)
          if (order !== 0) return order
        }
        return 0
      }

const checkAbilities = (tag: Tag, wanted: Wanted, resolved: Intl.ResolvedCollatorOptions): void => {
  const { strength, maxVariable, backwards, locale } = wanted
  if (tag.variant && resolved.collation !== tag.variant) throw cannot(`the variant of locale "${locale}"`)
  if (backwards || (locale === 'fr_CA' && backwards === undefined)) throw cannot('backwards: true')
  if (locale === 'en_US_POSIX') throw cannot('locale "en_US_POSIX"')
  if (resolved.ignorePunctuation && maxVariable === 'space') throw cannot('alternate: "shifted", maxVariable: "space"')
  if (resolved.ignorePunctuation && strength > 3) throw cannot(`alternate: "shifted", strength: ${strength}`)
}

const make = (wanted: Wanted): Collation => {
  const tag = tagOf(wanted.locale)
  if (!tag || Intl.Collator.supportedLocalesOf(tag.tag).length === 0)
    throw badValue(`Field 'locale' is invalid in: { locale: "${wanted.locale}" }`)
  const resolved = collator(tag, wanted, 'variant').resolvedOptions()
  checkAbilities(tag, wanted, resolved)
  const { caseFirst } = resolved
  const spec = {
    locale: wanted.locale,
    caseLevel: wanted.caseLevel,
    caseFirst: caseFirst === 'upper' || caseFirst === 'lower' ? caseFirst : 'off',
    strength: wanted.strength,
    numericOrdering: wanted.numericOrdering,
    alternate: resolved.ignorePunctuation ? 'shifted' : 'non-ignorable',
    maxVariable: wanted.maxVariable,
    normalization: wanted.normalization,
    backwards: false,
    version: VERSION,
  }
  return { spec, id: JSON.stringify(spec), compare: chained(levelsOf(tag, wanted)) }
}

const known = new Map<string, Collation>()

/**
 * Reads a collation; undefined is plain comparison of bytes, which an empty document and the locale "simple" mean too.
 * Throws 2, 14, 40414 or 40415 for one that does not exist, and 2 for what Intl.Collator cannot do.
 */
export const parseCollation = (v: Value | undefined): Collation | undefined => {
  if (!v || isEmptyDoc(v)) return undefined
  const wanted = readWanted(v)
  if (wanted.locale === 'simple') return undefined
  const key = JSON.stringify(wanted)
  const made = known.get(key) ?? make(wanted)
  if (known.size > 500) known.clear()
  known.set(key, made)
  return made
}

/** The collation of a stored specification: a collection's default, a view's or an index's. */
export const storedCollation = (spec: Document | undefined): Collation | undefined =>
  spec && parseCollation(docValue(toBson(spec)))
