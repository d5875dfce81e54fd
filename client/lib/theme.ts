import { ref, watchEffect } from 'vue'
import { useRoute } from 'vue-router'

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]
/** Themes of walls, asked for with `?theme=`. */
export const wallThemes = ['dark', 'light', 'festival'] as const

const key = 'pitboard.theme'
const choice = ref<ThemeChoice>(themeChoices.find((theme) => theme === localStorage.getItem(key)) ?? 'system')
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const darkOutside = ref(systemDark.matches)
systemDark.addEventListener('change', (event) => {
  darkOutside.value = event.matches
})

/** The theme that this person chose on this machine. */
export function useThemeChoice() {
  return {
    choice,
    choose(theme: ThemeChoice) {
      choice.value = theme
      localStorage.setItem(key, theme)
    },
  }
}

/** Puts the theme of the page on the document: a wall's own, else the person's choice. Call it once. */
export function useTheme() {
  const route = useRoute()
  watchEffect(() => {
    const wall = wallThemes.find((theme) => theme === route.query.theme) ?? 'dark'
    const own = choice.value === 'system' ? (darkOutside.value ? 'dark' : 'light') : choice.value
    document.documentElement.dataset.theme = route.meta.wall ? `wall-${wall}` : own
  })
}
