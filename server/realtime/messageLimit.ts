/** A token bucket: says whether one more message may pass at an instant (ms). */
export function createMessageLimit({
  perSecond,
  burst,
}: {
  perSecond: number
  burst: number
}): (nowMs: number) => boolean {
  let tokens = burst
  let lastMs: number | null = null
  return (nowMs) => {
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - (lastMs ?? nowMs)) / 1000) * perSecond)
    lastMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
