const terminal = process.stdout.isTTY
const tick = terminal ? '\u001b[32m✔\u001b[0m' : '✔'
const cross = terminal ? '\u001b[31m✖\u001b[0m' : '✖'
const remindMs = 15_000

/** @typedef {{ title: string, startedAt: number, shownAt: number, detail: string }} Step */

/** Steps under way; those that run side by side share the one living line. @type {Set<Step>} */
const running = new Set()

/**
 * Runs one step and shows it as one line, with a tick and how long it took. On a terminal the line lives while the step
 * runs; elsewhere a slow step shows a line now and then.
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} work told what happens just now through `note`
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const own = { title, startedAt: Date.now(), shownAt: Date.now() - remindMs + 2_000, detail: '' }
  running.add(own)
  const timer = setInterval(() => show(own), 200)
  try {
    const result = await work((text) => {
      own.detail = text.trim().split('\n').at(-1) ?? ''
    })
    finish(own, tick)
    return result
  } catch (error) {
    finish(own, cross)
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** @param {Step} own */
function show(own) {
  if (terminal) return draw()
  if (Date.now() - own.shownAt < remindMs) return
  own.shownAt = Date.now()
  console.log(`… ${own.title} ${own.detail}`.trimEnd())
}

function draw() {
  const line = [...running].map((own) => `… ${own.title} ${took(own)} ${own.detail}`.trimEnd()).join('  ')
  process.stdout.write(`\r\u001b[K${line.slice(0, (process.stdout.columns || 80) - 1)}`)
}

/** @param {Step} own @param {string} mark */
function finish(own, mark) {
  running.delete(own)
  process.stdout.write(`${terminal ? '\r\u001b[K' : ''}${mark} ${own.title} ${took(own)}\n`)
}

/** @param {Step} own */
function took(own) {
  return `${((Date.now() - own.startedAt) / 1000).toFixed(1)} s`
}
