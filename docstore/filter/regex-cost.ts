/** Steps of a pattern that take about as long as putting it on the clock would be worth. */
const STEPS = 2e7

/** How much there is to try for a part of a pattern. */
interface Part {
  /** ways through it that do not depend on the text */
  ways: number
  /** repetitions without bound in it: each has as many ways as the text has letters */
  repeats: number
}

interface Group {
  /** the alternatives before the one that is being read */
  readonly before: Part[]
  now: Part
  /** what a quantifier would repeat */
  last: Part
}

const single = (): Part => ({ ways: 1, repeats: 0 })
const opened = (): Group => ({ before: [], now: single(), last: single() })

const wholeOf = ({ before, now }: Group): Part => {
  const all = [...before, now]
  return { ways: all.reduce((n, { ways }) => n + ways, 0), repeats: Math.max(...all.map(({ repeats }) => repeats)) }
}

/** A part as often as a quantifier says; without bound a part that itself has several ways may take forever. */
const repeated = ({ ways, repeats }: Part, quantifier: string): Part => {
  const most = /^\{(?:\d*,)?(\d+)\}/.exec(quantifier)?.[1]
  const times = quantifier === '?' ? 1 : most === undefined ? Number.POSITIVE_INFINITY : Number(most)
  if (times === Number.POSITIVE_INFINITY)
    return ways > 1 || repeats > 0 ? { ways: times, repeats: 0 } : { ways, repeats: repeats + 1 }
  return { ways: ways ** times * (times + 1), repeats: repeats * times }
}

const TOKEN = /\(\?(?:[:=!]|<[=!]|<\w+>|[ims-]*:)|[?*+]|\{\d*,?\d*\}|[\s\S]/g
const LAZY = /([*+?}])\?/g

const costOf = (source: string): Part => {
  // what is repeated by a reference may be anything
  if (/\\(?:[1-9]|k<)/.test(source)) return { ways: Number.POSITIVE_INFINITY, repeats: 0 }
  const plain = source.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x')
  const open: Group[] = [opened()]
  const settle = (group: Group): void => {
    group.now = { ways: group.now.ways * group.last.ways, repeats: group.now.repeats + group.last.repeats }
    group.last = single()
  }
  for (const [token] of plain.replace(LAZY, '$1').matchAll(TOKEN)) {
    const here = open.at(-1) as Group
    if (/^(?:[?*+]$|\{\d*,?\d*\})/.test(token)) here.last = repeated(here.last, token)
    else if (token === ')' && open.length > 1) {
      settle(here)
      open.pop()
      const outer = open.at(-1) as Group
      settle(outer)
      outer.last = wholeOf(here)
    } else {
      settle(here)
      if (token.startsWith('(')) open.push(opened())
      else if (token === '|') {
        here.before.push(here.now)
        here.now = single()
      }
    }
  }
  for (const group of open) settle(group)
  const parts = open.map(wholeOf)
  return { ways: parts.reduce((n, { ways }) => n * ways, 1), repeats: parts.reduce((n, { repeats }) => n + repeats, 0) }
}

/** The number of letters up to which a pattern cannot take long, whatever the text is; 0 if it can on any. */
export const harmlessLength = (source: string): number => {
  const { ways, repeats } = costOf(source)
  return Math.floor((STEPS / Math.max(source.length / 50, 1) / ways) ** (1 / (repeats + 1)))
}
