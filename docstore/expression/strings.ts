import * as T from '../bson/types.ts'
import { stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { readPattern, readRegex } from '../filter/regex.ts'
import { guarded, guardedBy } from '../filter/regex-guard.ts'
import { bounds } from './arrays.ts'
import { scalarText } from './convert.ts'
import { array, bool, int32, type Maybe, NULL_VALUE, object, text } from './make.ts'
import { shortDoubleText } from './number-text.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, takes, takesNamed, typeOf, type Work } from './operator.ts'
import type { Operator } from './scope.ts'

const str = (v: Maybe, code: number, message: string): string => {
  if (v?.type !== T.STRING) throw new CommandError(code, `${message}, found: ${typeOf(v)}`)
  return stringOf(v)
}

/** A timestamp as the older operators write it: without its year, the counter at the end. */
const timestampText = (v: Value): string => {
  const [, day, month, , time] = new Date(v.buf.readUInt32LE(v.start + 4) * 1000).toUTCString().split(' ')
  return `${month} ${String(Number(day)).padStart(2)} ${time}:${v.buf.readUInt32LE(v.start)}`
}

const coercedText = (v: Value): string | undefined => {
  if (v.type === T.DOUBLE) return shortDoubleText(readNumber(v))
  return v.type === T.TIMESTAMP ? timestampText(v) : scalarText(v)
}

/** What the older operators make of anything: null is empty, numbers and dates are written out. */
const coerced = (v: Maybe, name: string): string => {
  if (isNullish(v)) return ''
  const made = coercedText(v)
  if (made === undefined || v.type === T.BOOL || v.type === T.OBJECT_ID)
    throw new CommandError(16007, `can't convert from BSON type ${typeOf(v)} to String (${name})`)
  return made
}

const concat: Work = (args, name) => {
  let out = ''
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    out += str(v, 16702, `${name} only supports strings`)
  }
  return text(out)
}

const split: Work = ([input, by]) => {
  if (isNullish(input) || isNullish(by)) return NULL_VALUE
  const source = str(input, 40085, '$split requires an expression that evaluates to a string as a first argument')
  const separator = str(by, 40086, '$split requires an expression that evaluates to a string as a second argument')
  if (separator === '') throw new CommandError(40087, '$split requires a non-empty separator')
  return array(source.split(separator).map(text))
}

const numberArg = (v: Maybe, code: number, what: string): number => {
  if (!v || !T.isNumeric(v.type))
    throw new CommandError(code, `${what} must be a numeric type (is BSON type ${typeOf(v)})`)
  return Math.trunc(readNumber(v))
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

const substrBytes: Work = ([input, start, length], name) => {
  const bytes = Buffer.from(coerced(input, name))
  const from = numberArg(start, 16034, `${name}: starting index`)
  const count = numberArg(length, 16035, `${name}: length`)
  if (from < 0) throw new CommandError(50752, `${name}: starting index must be non-negative (got: ${from})`)
  if (from >= bytes.length) return text('')
  const to = count < 0 ? bytes.length : Math.min(from + count, bytes.length)
  if (isContinuation(bytes[from]))
    throw new CommandError(28656, `${name}: Invalid range, starting index is a UTF-8 continuation byte.`)
  if (isContinuation(bytes[to]))
    throw new CommandError(28657, `${name}: Invalid range, ending index is in the middle of a UTF-8 character.`)
  return text(bytes.toString('utf8', from, to))
}

const substrCP: Work = ([input, start, length], name) => {
  const points = [...coerced(input, name)]
  const index = (v: Maybe, code: number, what: string): number => {
    if (!v || !T.isNumeric(v.type))
      throw new CommandError(code, `${name}: ${what} must be a numeric type (is BSON type ${typeOf(v)})`)
    const n = wholeNumber(v, code + 1, `${name}: ${what} cannot be represented as a 32-bit integral value`)
    if (n < 0) throw new CommandError(code === 34450 ? 34455 : 34454, `${name}: ${what} must be a nonnegative integer.`)
    return n
  }
  const from = index(start, 34450, 'starting index')
  return text(points.slice(from, from + index(length, 34452, 'length')).join(''))
}

const indexOf = (inBytes: boolean): Work => {
  return ([input, wanted, ...range], name) => {
    if (isNullish(input)) return NULL_VALUE
    const source = str(input, inBytes ? 40091 : 40093, `${name} requires a string as the first argument`)
    const token = str(wanted, inBytes ? 40092 : 40094, `${name} requires a string as the second argument`)
    const units = inBytes ? Buffer.from(source) : [...source]
    const [from, to] = bounds(name, range, units.length)
    if (from > to) return int32(-1)
    if (Buffer.isBuffer(units)) {
      const at = units.subarray(0, to).indexOf(token, from)
      return int32(at)
    }
    // a match begins before the end and may go on beyond it; nothing is found where there is no letter to begin at
    const part = units.slice(from).join('')
    const at = part.indexOf(token)
    const points = at < 0 ? -1 : from + pointsBetween(part, 0, at)
    return int32(points < to || (units.length === 0 && token === '') ? points : -1)
  }
}

const SPACES = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

const trim: Operator = takesNamed(
  { required: ['input'], optional: ['chars'], codes: { notObject: 50696, unknown: 50694, missing: 50695 } },
  (args, name) => {
    if (isNullish(args.input)) return NULL_VALUE
    const points = [...str(args.input, 50699, `${name} requires its input to be a string`)]
    if ('chars' in args && isNullish(args.chars)) return NULL_VALUE
    const chars = new Set('chars' in args ? str(args.chars, 50700, `${name} requires 'chars' to be a string`) : SPACES)
    let from = 0
    let to = points.length
    if (name !== '$rtrim') while (from < to && chars.has(points[from] as string)) from++
    if (name !== '$ltrim') while (to > from && chars.has(points[to - 1] as string)) to--
    return text(points.slice(from, to).join(''))
  },
)

const replace: Operator = takesNamed(
  { required: ['input', 'find', 'replacement'], codes: { notObject: 51751, unknown: 51750, missing: 51749 } },
  ({ input, find, replacement }, name) => {
    const read = (v: Maybe, code: number, what: string): string | undefined =>
      isNullish(v) ? undefined : str(v, code, `${name} requires that '${what}' be a string`)
    const source = read(input, 51746, 'input')
    const wanted = read(find, 51745, 'find')
    const next = read(replacement, 51744, 'replacement')
    if (source === undefined || wanted === undefined || next === undefined) return NULL_VALUE
    return text(name === '$replaceOne' ? source.replace(wanted, () => next) : source.replaceAll(wanted, () => next))
  },
)

const REGEX_ARGS = {
  required: ['input', 'regex'],
  optional: ['options'],
  codes: { notObject: 51103, unknown: 31024, missing: 31022 },
}

const patternOf = (regex: Maybe, options: Maybe, name: string): RegExp | undefined => {
  if (isNullish(regex)) return undefined
  const letters = isNullish(options) ? '' : str(options, 51106, `${name} needs 'options' to be of type string`)
  if (regex.type === T.STRING) return readPattern(stringOf(regex), letters)
  if (regex.type !== T.REGEX) throw new CommandError(51105, `${name} needs 'regex' to be of type string or regex`)
  const own = readRegex(regex)
  if (own.options && letters)
    throw new CommandError(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`)
  return readPattern(own.source, own.options || letters)
}

/** Code points between two places of a text. */
const pointsBetween = (source: string, from: number, to: number): number => {
  let points = 0
  for (let i = from; i < to; i++) if ((source.charCodeAt(i) & 0xfc00) !== 0xdc00) points++
  return points
}

const hit = (found: RegExpExecArray, at: number): Value =>
  object([
    ['match', text(found[0])],
    ['idx', int32(at)],
    ['captures', array(found.slice(1).map((part) => (part === undefined ? NULL_VALUE : text(part))))],
  ])

const regexOperator = (answer: (source: string, pattern: RegExp) => Value, none: Value): Operator =>
  takesNamed(REGEX_ARGS, ({ input, regex, options }, name) => {
    const pattern = patternOf(regex, options, name)
    if (!isNullish(input) && input.type !== T.STRING)
      throw new CommandError(51104, `${name} needs 'input' to be of type string`)
    return isNullish(input) || !pattern ? none : answer(stringOf(input), pattern)
  })

const findOne = (source: string, pattern: RegExp): Value => {
  const found = guardedBy(pattern, (text) => pattern.exec(text))(source)
  return found ? hit(found, pointsBetween(source, 0, found.index)) : NULL_VALUE
}

/** What all matches of one text may take together, in bytes. */
const MAX_FOUND_BYTES = 64 * 1024 * 1024
const HIT_BYTES = 56

const findAll = (source: string, pattern: RegExp): Value => {
  const every = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
  const look = guardedBy(every, (text) => {
    const hits: Value[] = []
    let bytes = 0
    let at = 0
    let from = 0
    let next = 0
    for (const found of text.matchAll(every)) {
      // nothing is found at the end of a text that has been read to its end
      if (next > 0 && next >= text.length) break
      next = found.index + (found[0].length || ((text.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1))
      at += pointsBetween(text, from, found.index)
      from = found.index
      bytes += HIT_BYTES + found.reduce((sum, part) => sum + (part?.length ?? 0), 0)
      if (bytes > MAX_FOUND_BYTES)
        throw new CommandError(51151, '$regexFindAll: the size of buffer to store output exceeded the 64MB limit')
      hits.push(hit(found, at))
    }
    return hits
  })
  return array(look(source))
}

const mapText = (change: (s: string) => string): Operator => takes(1, 1, ([v], name) => text(change(coerced(v, name))))

const upper = (s: string): string => s.replace(/[a-z]+/g, (part) => part.toUpperCase())
const lower = (s: string): string => s.replace(/[A-Z]+/g, (part) => part.toLowerCase())

const caselessCompare: Work = ([a, b], name) => {
  const [x, y] = [upper(coerced(a, name)), upper(coerced(b, name))]
  return int32(Math.sign(Buffer.compare(Buffer.from(x), Buffer.from(y))))
}

export const STRINGS: Record<string, Operator> = {
  $concat: takes(0, Number.POSITIVE_INFINITY, concat),
  $split: takes(2, 2, split),
  $substr: takes(3, 3, substrBytes),
  $substrBytes: takes(3, 3, substrBytes),
  $substrCP: takes(3, 3, substrCP),
  $indexOfBytes: takes(2, 4, indexOf(true)),
  $indexOfCP: takes(2, 4, indexOf(false)),
  $strLenBytes: takes(1, 1, ([v]) =>
    int32(Buffer.byteLength(str(v, 34473, '$strLenBytes requires a string argument'))),
  ),
  $strLenCP: takes(1, 1, ([v]) => int32([...str(v, 34471, '$strLenCP requires a string argument')].length)),
  $strcasecmp: takes(2, 2, caselessCompare),
  $toLower: mapText(lower),
  $toUpper: mapText(upper),
  $trim: trim,
  $ltrim: trim,
  $rtrim: trim,
  $replaceOne: replace,
  $replaceAll: replace,
  $regexMatch: regexOperator((source, pattern) => bool(guarded(pattern)(source)), bool(false)),
  $regexFind: regexOperator(findOne, NULL_VALUE),
  $regexFindAll: regexOperator(findAll, array([])),
}

/** Code that clients send is never run. */
const refused: Operator = (_arg, _scope, name) => {
  throw badValue(`${name} is not supported`)
}

export const REFUSED: Record<string, Operator> = { $function: refused, $accumulator: refused, $meta: refused }
