import { onScopeDispose, type Ref, watch } from 'vue'
import { onBeat } from './beat.ts'
import { useReducedMotion } from './motion.ts'

const rollMs = 350

interface Roll {
  from: number
  to: number
  startMs: number
  draw(value: number): void
}

const rolls = new Set<Roll>()

/** One loop for all numbers of the page; it sleeps when none is rolling. */
function step(nowMs: number) {
  for (const roll of rolls) {
    const part = Math.max(0, Math.min(1, (nowMs - roll.startMs) / rollMs))
    const eased = 1 - (1 - part) ** 3
    if (part === 1) rolls.delete(roll)
    roll.draw(part === 1 ? roll.to : Math.round(roll.from + (roll.to - roll.from) * eased))
  }
  if (rolls.size > 0) onBeat(step)
}

/**
 * Writes a number into an element, rolling from the value shown to the new one in 350 ms; straight away under reduced
 * motion. The text is written past Vue, so the element must have no children of its own.
 */
export function useRolling(
  element: Readonly<Ref<HTMLElement | null>>,
  value: () => number,
  format: (value: number) => string,
) {
  const reduced = useReducedMotion()
  let shown: number | null = null
  const roll: Roll = { from: 0, to: 0, startMs: 0, draw }
  // Its data changes, the node stays: nothing but these digits is laid out again.
  const text = document.createTextNode('')

  function draw(next: number) {
    shown = next
    text.data = format(next)
  }
  watch(
    [element, value, () => format(0)],
    ([target, to]) => {
      if (!target) return
      if (text.parentNode !== target) target.append(text)
      rolls.delete(roll)
      if (shown === null || reduced.value || shown === to || document.hidden) return draw(to)
      Object.assign(roll, { from: shown, to, startMs: performance.now() })
      rolls.add(roll)
      onBeat(step)
    },
    { flush: 'post', immediate: true },
  )
  onScopeDispose(() => rolls.delete(roll))
}
