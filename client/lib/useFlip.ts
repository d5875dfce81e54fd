import { nextTick, type Ref, watch } from 'vue'
import { useReducedMotion } from './motion.ts'

const moveMs = 600
const fadeMs = 150
const easing = 'cubic-bezier(0.16, 1, 0.3, 1)'

/**
 * Moves the children of `container` from where they were to where they are whenever `order` changes. Children carry
 * `data-flip` with their key. A move that is still running is taken up where it is; under reduced motion it is a fade.
 */
export function useFlip(container: Readonly<Ref<HTMLElement | null>>, order: () => string) {
  const reduced = useReducedMotion()
  const running = new Map<string, Animation>()

  function children(): Map<string, HTMLElement> {
    const found = container.value?.querySelectorAll<HTMLElement>('[data-flip]') ?? []
    return new Map([...found].map((child) => [child.dataset.flip ?? '', child]))
  }

  watch(
    order,
    async () => {
      const before = new Map([...children()].map(([key, child]) => [key, child.getBoundingClientRect()]))
      if (before.size === 0) return
      await nextTick()
      const now = children()
      for (const animation of running.values()) animation.cancel()
      running.clear()
      // All reads before all writes: one layout.
      const after = new Map([...now].map(([key, child]) => [key, child.getBoundingClientRect()]))
      for (const [key, child] of now) {
        const frames = framesOf(before.get(key), after.get(key), reduced.value)
        if (!frames) continue
        const animation = child.animate(frames, { duration: reduced.value ? fadeMs : moveMs, easing })
        running.set(key, animation)
        animation.onfinish = () => running.delete(key)
      }
    },
    { flush: 'pre' },
  )
}

function framesOf(before: DOMRect | undefined, after: DOMRect | undefined, reduced: boolean): Keyframe[] | null {
  if (!after) return null
  if (!before) return [{ opacity: 0 }, { opacity: 1 }]
  const x = before.left - after.left
  const y = before.top - after.top
  if (Math.abs(x) < 1 && Math.abs(y) < 1) return null
  if (reduced) return [{ opacity: 0 }, { opacity: 1 }]
  // Who climbs passes in front.
  const zIndex = y > 0 ? 2 : 1
  return [
    { transform: `translate(${x}px, ${y}px)`, zIndex },
    { transform: 'none', zIndex },
  ]
}
