import * as T from '../bson/types.ts'
import { cstringEnd, sameBytes, stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import type { Test } from './node.ts'
import { fromPcre } from './pcre.ts'
import { guarded } from './regex-guard.ts'

const MAX_PATTERN_LENGTH = 16_384

const withoutSpace = (pattern: string): string =>
  pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\s+|#[^\n]*/g, (part) => (/^[\s#]/.test(part) ? '' : part))

/** A JavaScript pattern from PCRE text and MongoDB's option letters. Throws 2, 51108 or 51091 for what cannot be compiled. */
export const readPattern = (source: string, options: string): RegExp => {
  if (source.length > MAX_PATTERN_LENGTH) throw badValue('Regular expression is too long')
  if (source.includes('\0')) throw badValue('Regular expression cannot contain an embedded null byte')
  let pattern = source
  let flags = ''
  const leading = /^\(\?([imsx]+)\)/.exec(pattern)
  if (leading) pattern = pattern.slice(leading[0].length)
  for (const letter of new Set(options + (leading?.[1] ?? ''))) {
    if (letter === 'x') pattern = withoutSpace(pattern)
    else if ('ims'.includes(letter)) flags += letter
    else if (letter !== 'u' && letter !== 'l') throw new CommandError(51108, `invalid flag in regex options: ${letter}`)
  }
  pattern = fromPcre(pattern, flags)
  try {
    return new RegExp(pattern, `${flags}u`)
  } catch {
    try {
      return new RegExp(pattern, flags)
    } catch (error) {
      throw new CommandError(51091, `Regular expression is invalid: ${(error as Error).message}`)
    }
  }
}

/** The same as a question that cannot keep the process busy. */
export const compileRegex = (source: string, options: string): ((text: string) => boolean) =>
  guarded(readPattern(source, options))

/** Source and options of a BSON regular expression. */
export const readRegex = (v: Value): { source: string; options: string } => {
  const middle = cstringEnd(v.buf, v.start)
  return { source: v.buf.toString('utf8', v.start, middle - 1), options: v.buf.toString('utf8', middle, v.end - 1) }
}

/** The key prefix of `^literal...` patterns, so that an index can narrow the search. */
export const prefixOf = (source: string, options: string): { prefix?: Buffer } => {
  if (options !== '' || source.includes('|')) return {}
  const literal = /^\^((?:[\w \-:/@]|\\[.\-/:])+)/.exec(source)?.[1]
  if (!literal) return {}
  // the last letter may be optional: ^ab* matches "a"
  const quantified = /^[*?{]/.test(source.slice(literal.length + 1))
  const text = literal.replace(/\\/g, '')
  const sure = quantified ? text.slice(0, -1) : text
  return sure ? { prefix: Buffer.concat([Buffer.from([T.rankOf(T.STRING)]), Buffer.from(sure, 'utf8')]) } : {}
}

/** Text that matches a pattern, or the very same pattern stored as a value. */
export const regexTest = (constant: Value): Test => {
  const { source, options } = readRegex(constant)
  const matches = compileRegex(source, options)
  const ask = (v: Value | undefined): boolean => {
    if (v === undefined) return false
    if (v.type === T.STRING || v.type === T.SYMBOL) return matches(stringOf(v))
    return v.type === T.REGEX && sameBytes(v, constant)
  }
  // a stored pattern is matched by itself, outside any prefix: only the indexless way sees both
  return { kind: 'other', spread: true, ask }
}
