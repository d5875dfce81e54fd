/** A dotted path, split once: names as UTF-8 for comparing with BSON, and as array positions where they are digits. */
export interface Path {
  readonly text: string
  readonly names: readonly Buffer[]
  /** -1 where the name is no array position */
  readonly positions: readonly number[]
  /** a name after the first is digits */
  readonly positional: boolean
}

const cache = new Map<string, Path>()

/** Splits a dotted path; results are shared. */
export const pathOf = (text: string): Path => {
  const known = cache.get(text)
  if (known) return known
  const parts = text.split('.')
  const positions = parts.map((part) => (/^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1))
  const path = {
    text,
    names: parts.map((part) => Buffer.from(part, 'utf8')),
    positions,
    positional: positions.some((position, i) => i > 0 && position >= 0),
  }
  if (cache.size > 5000) cache.clear()
  cache.set(text, path)
  return path
}

/** The first name of a dotted path. */
export const topOf = (text: string): string => {
  const dot = text.indexOf('.')
  return dot < 0 ? text : text.slice(0, dot)
}
