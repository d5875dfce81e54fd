import { io, type Socket } from 'socket.io-client'
import { type Ref, shallowRef } from 'vue'
import { type ClientToServer, protocolVersion, type ServerToClient, tickEveryMs } from '#shared/contract/realtime.ts'
import { learnServerTime, serverNowMs } from './clock.ts'

/** `stale`: the server is silent. `offline`: there is no connection. `sinceMs` is the last sign of life, server time. */
export type LinkState =
  | { is: 'connecting' }
  | { is: 'live' }
  | { is: 'stale'; sinceMs: number }
  | { is: 'offline'; sinceMs: number }

export type PitboardSocket = Socket<ServerToClient, ClientToServer>

/** Listening, by the name of an event alone. */
interface Emitter {
  on(event: string, listener: unknown): void
  off(event: string, listener: unknown): void
}

/** The connection itself: what it is like now, and what to do at each (re)connect. */
export interface Link {
  socket: PitboardSocket
  state: Readonly<Ref<LinkState>>
  /** Connects if it has not yet. */
  open(): void
  /** Runs at every connect, and at once when connected. */
  onConnect(then: () => void): void
  /** A question was answered, or was not: ticks alone do not make a page live whose questions stay unanswered. */
  answered(well: boolean): void
  on<E extends keyof ServerToClient>(event: E, listener: ServerToClient[E]): () => void
}

const silentMs = 2.5 * tickEveryMs
const retryRefusedMs = 5000

/**
 * Opens a websocket that keeps itself alive. A silent server is left and called again: behind a cut cable the
 * transport's own time-out would come only after 45 s. What comes is not parsed against its schema again: it is of the
 * page's own origin and of the same protocol version, or the server refuses the handshake; what a page shows is written
 * as text, and a patch that does not follow its view is answered by asking anew.
 */
export function createLink(): Link {
  const socket: PitboardSocket = io({
    autoConnect: false,
    transports: ['websocket'],
    auth: { protocol: protocolVersion },
    reconnectionDelay: 250,
    reconnectionDelayMax: 2000,
    timeout: 4000,
  })
  const state = shallowRef<LinkState>({ is: 'connecting' })
  let lastHeardMs = serverNowMs()
  let silence: ReturnType<typeof setTimeout> | undefined

  let unanswered = false

  function listen() {
    clearTimeout(silence)
    silence = setTimeout(() => {
      goStale()
      socket.io.engine?.close()
    }, silentMs)
  }
  function goStale() {
    if (state.value.is !== 'stale') state.value = { is: 'stale', sinceMs: lastHeardMs }
  }
  function heard() {
    listen()
    if (unanswered) return
    lastHeardMs = serverNowMs()
    if (state.value.is !== 'live') state.value = { is: 'live' }
  }
  function retryLater() {
    setTimeout(() => socket.connect(), retryRefusedMs * (1 + Math.random()))
  }

  function open() {
    if (!socket.active) socket.connect()
  }

  // An open line is no sign of life yet: the server must say something.
  socket.on('connect', listen)
  socket.onAny(heard)
  socket.on('tick', ({ nowMs }) => learnServerTime(nowMs))
  socket.on('disconnect', (reason) => {
    clearTimeout(silence)
    if (state.value.is !== 'stale') state.value = { is: 'offline', sinceMs: lastHeardMs }
    if (reason === 'io server disconnect') retryLater()
  })
  socket.on('connect_error', (error) => {
    if (error.message === 'realtime.reload') reloadOnce()
    if (state.value.is !== 'stale') state.value = { is: 'offline', sinceMs: lastHeardMs }
    // A refusal by the server ends the library's own attempts.
    if (!socket.active) retryLater()
  })

  return {
    socket,
    state,
    open,
    onConnect(then) {
      socket.on('connect', then)
      if (socket.connected) then()
    },
    answered(well) {
      unanswered = !well
      if (well) heard()
      else goStale()
    },
    on(event, listener) {
      // The typed overloads of socket.io cannot follow a generic event name.
      const emitter: Pick<Emitter, 'on' | 'off'> = socket as unknown as Emitter
      emitter.on(event, listener)
      open()
      return () => emitter.off(event, listener)
    },
  }
}

/** The server speaks a newer protocol: load the client that goes with it, but not round and round. */
function reloadOnce() {
  const key = 'pitboard.reloaded'
  if (Date.now() - Number(sessionStorage.getItem(key)) < 60_000) return
  sessionStorage.setItem(key, String(Date.now()))
  location.reload()
}
