/** One line of the result. */
export interface Figure {
  /** Number of the goal in the performance reference; empty for figures beside them. */
  goal: string
  what: string
  /** Both sides as text, medians with their unit. */
  product: string
  reference: string
  /** What is held against floor and aim, usually product ÷ reference. */
  value: number
  unit: '×' | '/s' | 'µs' | 'ms' | '%' | 'KB'
  better: 'lower' | 'higher'
  floor?: number
  aim?: number
}

/** Something that has to hold for the figures to mean anything. */
export interface Condition {
  what: string
  holds: boolean
}

export interface PartResult {
  figures: Figure[]
  conditions: Condition[]
}

/** Where a figure stands. */
export function verdict({ value, better, floor, aim }: Figure): 'goal' | 'floor' | 'missed' | '' {
  const reaches = (bound: number) => (better === 'lower' ? value <= bound : value >= bound)
  if (floor === undefined && aim === undefined) return ''
  if (aim !== undefined && reaches(aim)) return 'goal'
  return floor !== undefined && reaches(floor) ? 'floor' : 'missed'
}

/** A number with at most three digits that matter, and its unit. */
export function show(value: number, unit: string): string {
  const text = Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
  return unit === '×' ? `${text}×` : `${text} ${unit}`
}
