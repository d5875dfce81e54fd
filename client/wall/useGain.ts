import { onScopeDispose, type Ref, ref, watch } from 'vue'

const shownMs = 2000

/**
 * What was just gained, for two seconds after the last gain; 0 otherwise. Gains that follow each other add up, so a row
 * that scores again and again stays lit instead of flashing.
 */
export function useGain(value: Readonly<Ref<number | null>>): Readonly<Ref<number>> {
  const gain = ref(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(value, (now, before) => {
    if (now === null || before === null || now <= before) return
    gain.value += now - before
    clearTimeout(timer)
    timer = setTimeout(() => {
      gain.value = 0
    }, shownMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return gain
}
