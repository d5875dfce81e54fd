import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endChild, signalGroup, spawnTied } from './child.mjs'
import { openLog } from './log.mjs'
import { root } from './places.mjs'
import { noRoom, Problem } from './problem.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * How a service is started and known to be ready.
 * @typedef {object} Recipe
 * @property {string} name for people
 * @property {string} program absolute path
 * @property {string[]} args
 * @property {Record<string, string | undefined>} env
 * @property {string} log path of its log file
 * @property {(child: ChildProcess, signal: AbortSignal) => Promise<Record<string, unknown>>} ready what it says when it is
 *   ready; given up when the signal fires
 * @property {() => void} [beforeStart] each time before it is started
 * @property {(reason: string) => string} [cure] what to do about the reason why it did not start, as a sentence
 */

/** Waits between a crash and the next start: doubled up to the longest, begun anew after a healthy while. */
export const backoff = { firstMs: 200, longestMs: 10_000, healthyMs: 30_000 }
const readyMs = 60_000

/** One supervised process: started again whenever it ends unasked, waiting longer each time. */
export class Service {
  #recipe
  #log
  #notice
  /** @type {ChildProcess | undefined} */
  #child
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  #stopping = false
  #waiting = false
  #late = false
  #delayMs = backoff.firstMs

  /**
   * @param {Recipe} recipe
   * @param {(line: string) => void} notice told every crash and recovery
   */
  constructor(recipe, notice) {
    this.#recipe = recipe
    this.#notice = notice
    this.#log = openLog(recipe.log)
  }

  /** The process as it runs now. */
  get child() {
    return this.#child
  }

  /** Starts it for the first time; a Problem when it ends or stays silent instead of becoming ready. */
  async start() {
    const { ready, ended } = this.#launch()
    const facts = await ready
    if (!facts) throw this.#failure(await ended)
    this.#watch(ended)
    return facts
  }

  /** Ends it for good: SIGTERM, then SIGKILL after `timeoutMs`. */
  async stop(timeoutMs = 10_000) {
    this.#stopping = true
    clearTimeout(this.#timer)
    if (this.#child) await endChild(this.#child, timeoutMs)
  }

  /** Ends it so that it is started again at once. */
  async restart() {
    this.#delayMs = 0
    if (this.#waiting) {
      clearTimeout(this.#timer)
      await this.#again()
    } else if (this.#child) await endChild(this.#child, 5_000)
  }

  /** `ready` is what it said, or undefined when it ended or was given up before; `ended` is how it ended. */
  #launch() {
    if (this.#stopping) throw new Problem('Stopped before everything was started.')
    const { program, args, env, beforeStart, ready } = this.#recipe
    this.#log.begin()
    beforeStart?.()
    const child = spawnTied(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    child.stderr?.on('data', (chunk) => this.#log.write(chunk))
    child.stdout?.on('data', (chunk) => this.#log.write(chunk))
    const patience = new AbortController()
    this.#late = false
    const timer = setTimeout(() => {
      this.#late = true
      signalGroup(child, 'SIGKILL')
    }, readyMs)
    const ended = endOf(child).finally(() => patience.abort())
    const facts = ready(child, patience.signal).catch(() => undefined)
    return { ended, ready: facts.finally(() => clearTimeout(timer)) }
  }

  /** @param {Promise<string>} ended */
  #watch(ended) {
    const readyAt = Date.now()
    void ended.then((how) => {
      if (this.#stopping) return
      if (this.#delayMs && Date.now() - readyAt >= backoff.healthyMs) this.#delayMs = backoff.firstMs
      this.#later(how)
    })
  }

  /** @param {string} how */
  #later(how) {
    const delayMs = this.#delayMs
    this.#delayMs = Math.min(Math.max(delayMs * 2, backoff.firstMs), backoff.longestMs)
    const why = how.startsWith('exit code') && this.#log.lastSentence()
    if (delayMs)
      this.#notice(
        `${this.#recipe.name} ended (${how}${why ? `: ${why}` : ''}): started again in ${delayMs / 1000} s. Log: ${this.#log.path}`,
      )
    this.#waiting = true
    this.#timer = setTimeout(() => this.#again(), delayMs)
  }

  async #again() {
    this.#waiting = false
    const { ready, ended } = this.#launch()
    const facts = await ready
    if (this.#stopping) return
    if (!facts) return this.#later(await ended)
    this.#notice(`${this.#recipe.name}: up again.`)
    this.#watch(ended)
  }

  /** @param {string} how */
  #failure(how) {
    if (this.#stopping) return new Problem('Stopped before everything was started.')
    const reason = this.#late
      ? `it was not ready after ${readyMs / 1000} s`
      : how === 'SIGKILL'
        ? 'something killed it, as the system does when memory runs out'
        : this.#log.lastSentence() || how
    const { name, cure, log } = this.#recipe
    const what = `${name} did not start: ${reason.replace(/[.]$/, '')}.`
    const sentence = [what, cure?.(reason)].filter(Boolean).join(' ')
    return noRoom(reason, dirname(dirname(log))) ?? new Problem(`${sentence}\nIts log: ${log}`)
  }
}

/**
 * How a child ended. What it said last is waited for, but not for long: something that it started may hold its output
 * open, and is ended here so that the next one finds a free field.
 * @param {ChildProcess} child
 * @returns {Promise<string>}
 */
async function endOf(child) {
  const closed = new Promise((resolve) => child.once('close', resolve))
  const how = await new Promise((/** @type {(how: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  signalGroup(child, 'SIGKILL')
  await Promise.race([closed, sleep(200)])
  return how
}
