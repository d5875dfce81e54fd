import { aptInstall } from './apt.mjs'
import { findProgram } from './places.mjs'
import { step } from './steps.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The browser that the tests drive, where there is one. */
export function chromiumProgram() {
  return findProgram(names)
}

/** Installs the browser that the tests drive, with Chinese fonts, where there is none. */
export async function ensureChromium() {
  if (chromiumProgram()) return
  await step('Chromium', (note) =>
    aptInstall(['chromium', 'fonts-noto-cjk'], { what: 'Chromium', otherwise: 'put one on the PATH', note }),
  )
}
