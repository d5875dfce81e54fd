import { type Ref, readonly, ref } from 'vue'

const query = matchMedia('(prefers-reduced-motion: reduce)')
const reduced = ref(query.matches)
query.addEventListener('change', (event) => {
  reduced.value = event.matches
})

/** Whether the viewer asked for less motion; follows the setting while it changes. */
export function useReducedMotion(): Readonly<Ref<boolean>> {
  return readonly(reduced)
}
