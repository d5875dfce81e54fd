import { useResizeObserver } from '@vueuse/core'
import { onMounted, type Ref, watch } from 'vue'
import { useReducedMotion } from './motion.ts'

const moveMs = 600
const fadeMs = 150
const easing = 'cubic-bezier(0.16, 1, 0.3, 1)'

/** Where a child belongs, in pixels inside its container, and the move that still brings it there. */
interface Place {
  x: number
  y: number
  move: { fromX: number; fromY: number; animation: Animation } | null
}

/**
 * Moves the children of `container` from where they were to where they are whenever `order` changes. Children carry
 * `data-flip` with their key. A move that is still running is taken up where it is; under reduced motion it is a fade.
 */
export function useFlip(container: Readonly<Ref<HTMLElement | null>>, order: () => string) {
  const reduced = useReducedMotion()
  let places = new Map<string, Place>()

  /** The only layout read of a change; where a child was is remembered, and how far its move came is the animation's own. */
  function measure(then: (child: HTMLElement, before: Place | undefined, now: Place) => void) {
    const box = container.value
    const children = [...(box?.querySelectorAll<HTMLElement>('[data-flip]') ?? [])]
    const now = children.map((child): [string, Place] => {
      const inside = child.offsetParent === box ? { offsetLeft: 0, offsetTop: 0 } : box
      const x = child.offsetLeft - (inside?.offsetLeft ?? 0)
      return [child.dataset.flip ?? '', { x, y: child.offsetTop - (inside?.offsetTop ?? 0), move: null }]
    })
    const before = places
    places = new Map(now)
    for (const [index, child] of children.entries()) {
      const [key, place] = now[index] ?? []
      if (key !== undefined && place) then(child, before.get(key), place)
    }
  }

  function moveAll() {
    const first = places.size === 0
    measure((child, before, now) => {
      if (!first) move(child, before, now, reduced.value)
    })
  }

  watch(order, moveAll, { flush: 'post' })
  onMounted(moveAll)
  // A resize moves everybody at once, and nobody's rank.
  useResizeObserver(container, () =>
    measure((_child, before, now) => {
      now.move = before?.move ?? null
    }),
  )
}

function move(child: HTMLElement, before: Place | undefined, now: Place, reduced: boolean) {
  if (!before) {
    child.animate([{ opacity: 0 }, { opacity: 1 }], { duration: reduced ? fadeMs : moveMs, easing })
    return
  }
  now.move = before.move
  if (Math.abs(before.x - now.x) < 1 && Math.abs(before.y - now.y) < 1) return
  const left = before.move ? 1 - (before.move.animation.effect?.getComputedTiming().progress ?? 1) : 0
  before.move?.animation.cancel()
  if (reduced) {
    child.animate([{ opacity: 0 }, { opacity: 1 }], { duration: fadeMs, easing })
    return
  }
  const fromX = before.x - now.x + left * (before.move?.fromX ?? 0)
  const fromY = before.y - now.y + left * (before.move?.fromY ?? 0)
  // Who climbs passes in front. Not in the frames: then the main thread would have to draw every one of them.
  child.style.zIndex = fromY > 0 ? '2' : '1'
  const animation = child.animate([{ transform: `translate(${fromX}px, ${fromY}px)` }, { transform: 'none' }], {
    duration: moveMs,
    easing,
  })
  now.move = { fromX, fromY, animation }
  animation.onfinish = () => {
    child.style.zIndex = ''
  }
}
