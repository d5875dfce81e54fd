import type { Problem } from '#shared/contract/problem.ts'
import type { WatchReply } from '#shared/contract/realtime.ts'
import { onBeat } from './beat.ts'
import type { Link } from './socket.ts'

/** Told about a watched thing: its newest view, or why there is none. */
export interface WatchListener<T> {
  view(view: T): void
  problem(problem: Problem): void
}

interface Watch<Asked, View> {
  asked: Asked
  listeners: Set<WatchListener<View>>
  room: string | null
  view: View | null
  /** Grows with every question, so that a late answer to an earlier one is dropped. */
  turn: number
  /** Gives the newest view to the listeners. */
  tell(): void
}

function createWatch<Asked, View>(asked: Asked): Watch<Asked, View> {
  const watch: Watch<Asked, View> = { asked, listeners: new Set(), room: null, view: null, turn: 0, tell }
  function tell() {
    if (watch.view) for (const listener of watch.listeners) listener.view(watch.view)
  }
  return watch
}

export interface Watches<Asked, View> {
  add(key: string, asked: Asked, listener: WatchListener<View>): () => void
  /** Gives the watches that it is about what came for them; `null` asks anew. */
  update(isAbout: (view: View, room: string) => boolean, next: (view: View) => View | null): void
}

const replyTimeoutMs = 5000
const retryMs = 2000
/** How often the whole is asked for again: a source may have sent what moves no board. */
const refreshMs = 45_000

/** What a page watches: one question per thing however many parts look at it, asked again at every connect. */
export function createWatches<Asked, View>(
  link: Link,
  ask: (asked: Asked) => Promise<WatchReply<View>>,
  leave: (room: string) => void,
): Watches<Asked, View> {
  const watches = new Map<string, Watch<Asked, View>>()

  async function watch(key: string) {
    const watched = watches.get(key)
    if (!watched || !link.socket.connected) return
    const turn = ++watched.turn
    const askLater = () => setTimeout(() => turn === watched.turn && void watch(key), retryMs)
    let reply: WatchReply<View>
    try {
      reply = await ask(watched.asked)
    } catch {
      // A line that was cut meanwhile says so itself.
      if (link.socket.connected) link.answered(false)
      askLater()
      return
    }
    // A server that cannot reach its stores will soon.
    const failed = !reply.ok && reply.problem.status >= 500
    link.answered(!failed)
    const tooFast = !reply.ok && reply.problem.code === 'realtime.too_fast'
    if (failed || tooFast) askLater()
    // What was left before it came would be sent as long as the page is open.
    if (reply.ok && !watches.has(key)) leaveUnlessShared(reply.room)
    if (tooFast || turn !== watched.turn || watches.get(key) !== watched) return
    if (reply.ok) {
      watched.room = reply.room
      watched.view = reply.view
      watched.tell()
    } else for (const listener of watched.listeners) listener.problem(reply.problem)
  }

  function leaveUnlessShared(room: string) {
    const shared = [...watches.values()].some((other) => other.room === room)
    if (!shared && link.socket.connected) leave(room)
  }

  function watchAll() {
    for (const key of watches.keys()) void watch(key)
  }
  link.onConnect(watchAll)
  // Not all screens of a floor at the same instant.
  setInterval(watchAll, refreshMs * (1 + Math.random() / 3))

  return {
    add(key, asked, listener) {
      link.open()
      const known = watches.get(key)
      const watched = known ?? createWatch<Asked, View>(asked)
      watched.listeners.add(listener)
      watches.set(key, watched)
      if (watched.view) listener.view(watched.view)
      if (!known) void watch(key)
      return () => {
        watched.listeners.delete(listener)
        if (watched.listeners.size > 0 || watches.get(key) !== watched) return
        watches.delete(key)
        if (watched.room) leaveUnlessShared(watched.room)
      }
    },
    update(isAbout, next) {
      for (const [key, watched] of watches) {
        if (!watched.view || !watched.room || !isAbout(watched.view, watched.room)) continue
        const view = next(watched.view)
        if (!view) void watch(key)
        else {
          watched.view = view
          onBeat(watched.tell)
        }
      }
    },
  }
}

/** How long a question waits for its answer. */
export const askOptions = { timeoutMs: replyTimeoutMs }
