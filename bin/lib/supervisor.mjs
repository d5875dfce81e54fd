import { readFileSync } from 'node:fs'
import { killChildren } from './child.mjs'
import { Problem } from './problem.mjs'
import { Service } from './service.mjs'

/** The order in which things are stopped: who writes first, what keeps it last. */
const order = /** @type {const} */ (['demo', 'product', 'store'])

/** @typedef {typeof order[number]} Rank */

/** Starts services, keeps them running and stops them in the right order. */
export class Supervisor {
  /** @type {{ rank: Rank, service: Service }[]} */
  #services = []
  /** @type {Promise<void> | undefined} */
  #stopped

  /**
   * Starts a service and resolves with what it said when it was ready.
   * @param {Rank} rank
   * @param {import('./service.mjs').Recipe} recipe
   */
  async start(rank, recipe) {
    if (this.#stopped) throw new Problem('Stopped before everything was started.')
    const service = new Service(recipe, (line) => console.log(`! ${line}`))
    this.#services.push({ rank, service })
    return service.start()
  }

  /** Ends one service so that it is started again at once. @param {Rank} rank */
  async restart(rank) {
    await Promise.all(this.#services.filter((entry) => entry.rank === rank).map(({ service }) => service.restart()))
  }

  /** Stops everything, each rank after the one that uses it; asking again waits for the same end. */
  stop() {
    this.#stopped ??= this.#stopAll()
    return this.#stopped
  }

  async #stopAll() {
    // Commands and tools of the set-up write nothing that their next run does not mend.
    killChildren(this.#services.map(({ service }) => service.child))
    for (const rank of order) {
      await Promise.all(this.#services.filter((entry) => entry.rank === rank).map(({ service }) => service.stop()))
    }
    killChildren()
  }
}

/**
 * Resolves when this process is asked to end: Ctrl-C, SIGTERM, a closed terminal, or npm gone from above it. Asked again
 * more than a second later, it kills its children at once (npm passes one Ctrl-C on a second time).
 * @returns {Promise<void>}
 */
export function endAsked() {
  return new Promise((resolve) => {
    let firstAt = 0
    const ask = () => {
      if (firstAt && Date.now() - firstAt > 1_000) process.exit(1)
      firstAt ||= Date.now()
      resolve()
    }
    // A reader of our output that has gone (| head) is no reason to end.
    process.stdout.on('error', () => {})
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, ask)
    if (process.env.npm_lifecycle_event) watchParent(ask)
  })
}

/** @param {() => void} gone */
function watchParent(gone) {
  const before = npmChain()
  const timer = setInterval(() => {
    if (npmChain() === before) return
    clearInterval(timer)
    gone()
  }, 500)
  timer.unref()
}

/** The processes between npm and this one: npm itself, or the shell that it started and npm. */
function npmChain() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
    const [, name, above] = /\((.*)\) \S (\d+)/.exec(stat) ?? []
    return /^(sh|dash|bash)$/.test(name ?? '') ? `${process.ppid} ${above}` : `${process.ppid}`
  } catch {
    return `${process.ppid}`
  }
}
