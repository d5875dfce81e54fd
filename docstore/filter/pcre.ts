/** Scripts that PCRE names without saying that they are scripts. */
const SCRIPT =
  /^(Arabic|Armenian|Bengali|Cyrillic|Devanagari|Georgian|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Thai)$/

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9a-fA-F',
}

const ESCAPES: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  z: '(?![\\s\\S])',
  h: '[ \\t\\xa0]',
  R: '(?:\\r\\n|[\\n\\v\\f\\r])',
}

const TOKEN =
  /\\Q([\s\S]*?)(?:\\E|$)|\\[pP]\{(\^?)(\w+)\}|\\([\s\S])|\[:(\w+):\]|\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?#[^)]*\)|\(\?>|\(\?([imsx]*)(?:-([imsx]+))?\)|[[\]()]|[\s\S]/g

/** What PCRE2 writes otherwise than JavaScript, where both can do it. */
class Translation {
  private out = ''
  private inClass = false
  /** for each open group: what must be closed before it, and what comes after it */
  private readonly open: { flags: number; after: string }[] = [{ flags: 0, after: '' }]
  private atoms = 0

  private readonly source: string
  private readonly multiline: boolean
  private readonly dotAll: boolean
  /** the pattern changes in its midst what a dot or an anchor means: they are left as JavaScript has them */
  private readonly changes: boolean

  constructor(source: string, flags: string) {
    this.source = source
    this.multiline = flags.includes('m')
    this.dotAll = flags.includes('s')
    this.changes = /\(\?[ix-]*[ms]/.test(source)
  }

  /** What a letter means to PCRE2, to which only \n ends a line. */
  private plain(letter: string): string {
    if (this.changes) return letter
    if (letter === '.' && !this.dotAll) return '[^\\n]'
    if (letter === '$') return this.multiline ? '(?=\\n|(?![\\s\\S]))' : (ESCAPES.Z as string)
    return letter === '^' && this.multiline ? '(?<=\\n(?=[\\s\\S])|(?<![\\s\\S]))' : letter
  }

  private token(part: RegExpExecArray): string {
    const [whole, quoted, negated, property, escaped, posix, named, reference, on, off] = part
    if (quoted !== undefined) return quoted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    if (property !== undefined) {
      const letter = negated ? (whole[1] === 'p' ? 'P' : 'p') : whole[1]
      return `\\${letter}{${SCRIPT.test(property) ? `Script=${property}` : property}}`
    }
    if (escaped !== undefined) return (!this.inClass && ESCAPES[escaped]) || whole
    if (posix !== undefined && this.inClass) return CLASSES[posix] ?? whole
    if (this.inClass || whole === '[') {
      this.inClass = whole !== ']'
      return whole
    }
    if (named !== undefined) return this.begin(`(?<${named}>`, '')
    if (reference !== undefined) return `\\k<${reference}>`
    if (whole.startsWith('(?#')) return ''
    if (whole === '(?>') return this.begin(`(?=(?<atom${++this.atoms}>`, `)\\k<atom${this.atoms}>`)
    if (on !== undefined) return this.flags(on, off)
    if (whole === '(') return this.begin('(', '')
    return whole === ')' ? this.end() : this.plain(whole)
  }

  private begin(text: string, after: string): string {
    this.open.push({ flags: 0, after })
    return text
  }

  private end(): string {
    const { flags, after } =
      this.open.length > 1 ? (this.open.pop() as { flags: number; after: string }) : { flags: 0, after: '' }
    return `${')'.repeat(flags)})${after}`
  }

  /** Flags in the middle hold to the end of their group. */
  private flags(on: string, off: string | undefined): string {
    const here = this.open.at(-1) as { flags: number }
    here.flags++
    return `(?${on.replace('x', '')}${off ? `-${off.replace('x', '')}` : ''}:`
  }

  whole(): string {
    for (const part of this.source.matchAll(TOKEN)) this.out += this.token(part)
    while (this.open.length > 0) this.out += ')'.repeat(this.open.pop()?.flags ?? 0)
    return this.out
  }
}

const SPECIAL = /^\(\*|\\[AZzhRQ]|\\[pP]\{|\(\?(?:[P>#]|[imsx]*-?[imsx]+\))|\[:\w+:\]|[.$]/
const ANCHORS = /\^/

/** A pattern as JavaScript writes it, for the options `m` and `s` among its flags; many are the same in both. */
export const fromPcre = (source: string, flags = ''): string =>
  SPECIAL.test(source) || (flags.includes('m') && ANCHORS.test(source))
    ? new Translation(source.replace(/^(?:\(\*(?:UTF8?|UCP|CRLF|LF|ANY)\))+/, ''), flags).whole()
    : source
