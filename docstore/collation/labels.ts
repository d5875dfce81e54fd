const SIZE = 6
const STEP = 1n << 16n

const numberOf = (label: Buffer, size: number): bigint => BigInt(`0x0${label.toString('hex').padEnd(size * 2, '0')}`)

const labelOf = (n: bigint, size: number): Buffer => {
  const bytes = Buffer.from(n.toString(16).padStart(size * 2, '0'), 'hex')
  let end = bytes.length
  while (end > 1 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

/**
 * A label between two others, compared byte by byte; undefined is no neighbour. A run of ever greater texts, and one of ever
 * smaller ones, takes little of the room each time: `last` is the label that was given before.
 */
export const labelBetween = (low: Buffer | undefined, high: Buffer | undefined, last: Buffer | undefined): Buffer => {
  if (!low && !high) return labelOf(1n << BigInt(SIZE * 8 - 1), SIZE)
  for (let size = Math.max(SIZE, low?.length ?? 0, high?.length ?? 0); ; size += 4) {
    const from = low ? numberOf(low, size) : 0n
    const to = high ? numberOf(high, size) : 1n << BigInt(size * 8)
    const gap = to - from
    if (gap <= STEP) continue
    const little = gap >> 16n
    const atEnd = size === SIZE ? STEP : little
    if (!high) return labelOf(from + atEnd, size)
    if (!low) return labelOf(to - atEnd, size)
    if (last?.equals(low)) return labelOf(from + little, size)
    if (last?.equals(high)) return labelOf(to - little, size)
    return labelOf(from + gap / 2n, size)
  }
}
