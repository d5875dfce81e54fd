const UNBOUNDED = /^(?:[*+]|\{\d+,\}|\{\d*,?\d{2,}\})/
const STEPS = 1e8
/** With a repeated repetition every further letter may double the work. */
const NESTED_LETTERS = 20

interface Group {
  /** something inside repeats or has alternatives */
  varies: boolean
}

/** How many parts of a pattern repeat without bound, and whether a repetition stands in another. */
const repetitionsOf = (source: string): { count: number; nested: boolean } => {
  const plain = source
    .replace(/\\\d/g, '()*')
    .replace(/\\./gs, 'x')
    .replace(/\[(?:[^\]])*\]/g, 'x')
  const open: Group[] = [{ varies: false }]
  let count = 0
  let nested = /\\[1-9]/.test(source)
  for (let at = 0; at < plain.length; at++) {
    const letter = plain[at]
    const here = open.at(-1) as Group
    if (letter === '(') open.push({ varies: false })
    else if (letter === '|') here.varies = true
    else if (letter === ')' && open.length > 1) {
      open.pop()
      const outer = open.at(-1) as Group
      if (here.varies && UNBOUNDED.test(plain.slice(at + 1, at + 9))) nested = true
      if (here.varies) outer.varies = true
    } else if (UNBOUNDED.test(plain.slice(at, at + 8))) {
      count++
      here.varies = true
    }
  }
  return { count, nested }
}

/** The number of letters up to which a pattern cannot take long, whatever the text is. */
export const harmlessLength = (source: string): number => {
  const { count, nested } = repetitionsOf(source)
  if (nested) return NESTED_LETTERS
  return count === 0 ? Number.POSITIVE_INFINITY : Math.floor(STEPS ** (1 / (count + 1)))
}
