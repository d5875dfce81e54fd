/** Chance that is the same for the same seed. */
export interface Dice {
  /** a whole number from 0 up to, but not, n */
  readonly below: (n: number) => number
  readonly one: <V>(list: readonly V[]) => V
  readonly some: <V>(least: number, most: number, make: () => V) => V[]
  /** true once in n */
  readonly once: (n: number) => boolean
}

/** mulberry32. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const below = (n: number): number => next() % n
  return {
    below,
    one: <V>(list: readonly V[]): V => list[below(list.length)] as V,
    some: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
    once: (n) => below(n) === 0,
  }
}
