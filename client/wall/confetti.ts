import confetti from 'canvas-confetti'

/** When the bursts come, in milliseconds: few and apart, so that nothing flashes. */
const burstsMs = [150, 1100, 2300]
const particles = 70

/** Confetti from both lower corners. Returns what ends it. */
export function startConfetti(canvas: HTMLCanvasElement, colors: string[]): () => void {
  // Drawn on the page's own thread: a worker would be made from a blob, which the content security policy refuses.
  const fire = confetti.create(canvas, { resize: true, useWorker: false })
  const size = Math.max(innerWidth, innerHeight) / 1920
  const timers = burstsMs.map((atMs) =>
    setTimeout(() => {
      for (const side of [0, 1])
        void fire({
          particleCount: particles,
          angle: side === 0 ? 62 : 118,
          spread: 42,
          startVelocity: 78 * size,
          gravity: 1.15 * size,
          scalar: 1.6 * size,
          ticks: 260,
          origin: { x: side, y: 1.02 },
          colors,
        })
    }, atMs),
  )
  return () => {
    for (const timer of timers) clearTimeout(timer)
    fire.reset()
  }
}
