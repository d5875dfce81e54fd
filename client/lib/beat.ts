/** Twenty times a second, as often as the server speaks; less half a picture, since the next picture is waited for too. */
const pauseMs = 1000 / 20 - 1000 / 120

const waiting = new Set<(nowMs: number) => void>()
let lastMs = Number.NEGATIVE_INFINITY

/**
 * Runs `work` before the next picture, once however often it is asked for; at once after a rest, else twenty times a
 * second. What changes numbers goes through here, so that all that changes in one picture costs one layout.
 */
export function onBeat(work: (nowMs: number) => void) {
  if (waiting.size === 0) {
    const restMs = lastMs + pauseMs - performance.now()
    if (restMs > 0) setTimeout(() => requestAnimationFrame(run), restMs)
    else requestAnimationFrame(run)
  }
  waiting.add(work)
}

function run(nowMs: number) {
  lastMs = nowMs
  const works = [...waiting]
  waiting.clear()
  for (const work of works) work(nowMs)
}
