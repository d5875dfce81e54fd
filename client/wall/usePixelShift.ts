import { onScopeDispose, type Ref, ref } from 'vue'

/** A small walk around the middle, one step a minute, so that no edge burns in. In pixels of 1080p. */
const walk = [
  [0, 0],
  [2, 1],
  [1, 2],
  [-1, 2],
  [-2, 0],
  [-1, -2],
  [1, -1],
] as const

/** The transform of the stage. */
export function usePixelShift(): Readonly<Ref<string>> {
  const transform = ref('none')
  let step = 0
  const timer = setInterval(() => {
    step = (step + 1) % walk.length
    const [x, y] = walk[step] ?? [0, 0]
    transform.value = `translate(${x / 16}rem, ${y / 16}rem)`
  }, 60_000)
  onScopeDispose(() => clearInterval(timer))
  return transform
}
