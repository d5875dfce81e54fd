/** Paths in a box of 100 × 24 of values, oldest first, between the lowest and the highest; `null` when there is no shape to show. */
export function sparkPath(values: readonly number[]): { line: string; area: string } | null {
  if (values.length < 2) return null
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (high === low) return null
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * 100
    const y = 22.5 - ((value - low) / (high - low)) * 21
    return `${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`
  })
  const line = `M${points.join('L')}`
  return { line, area: `${line}L100 24L0 24Z` }
}
