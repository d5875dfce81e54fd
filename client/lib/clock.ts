import { type Ref, readonly, ref } from 'vue'

const samples: number[] = []
let offsetMs = 0

/**
 * Learns the server's clock from an instant it sent. A message is only ever late, so the largest difference of the last
 * ten is the nearest to the truth.
 */
export function learnServerTime(serverNowMs: number) {
  samples.push(serverNowMs - Date.now())
  if (samples.length > 10) samples.shift()
  offsetMs = Math.max(...samples)
}

/** Now, by the server's clock, in milliseconds. */
export function serverNowMs(): number {
  return Date.now() + offsetMs
}

const everySecond = ref(Date.now())
let timer: ReturnType<typeof setTimeout> | undefined

function beat() {
  const now = serverNowMs()
  everySecond.value = now
  timer = setTimeout(beat, 1000 - (now % 1000))
}

/** The server's time, changing at every full second; all users share one timer. */
export function useNow(): Readonly<Ref<number>> {
  if (timer === undefined) beat()
  return readonly(everySecond)
}
