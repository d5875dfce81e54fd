import { type InjectionKey, inject, onScopeDispose, type Ref } from 'vue'
import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import type { ContestView } from '#shared/contract/contestView.ts'
import type { ServerToClient } from '#shared/contract/realtime.ts'
import { createBoardWatches } from './boardWatches.ts'
import { createContestWatches } from './contestWatches.ts'
import { createLink, type LinkState } from './socket.ts'
import type { WatchListener } from './watches.ts'

/** The one socket of a page. */
export interface Realtime {
  /** What may be said about how fresh the page is. */
  state: Readonly<Ref<LinkState>>
  /** Begins to listen; the returned function ends it. The first view comes at once when another part has it. */
  watchBoard(window: BoardWindow, listener: WatchListener<BoardView>): () => void
  watchContest(contestId: string, listener: WatchListener<ContestView>): () => void
  on<E extends keyof ServerToClient>(event: E, listener: ServerToClient[E]): () => void
}

/** Makes the socket; it connects when something first asks for it, and stays. */
export function createRealtime(): Realtime {
  const link = createLink()
  const boards = createBoardWatches(link)
  const contests = createContestWatches(link)
  return {
    state: link.state,
    watchBoard: (window, listener) => boards.add(JSON.stringify(window), window, listener),
    watchContest: (contestId, listener) => contests.add(contestId, contestId, listener),
    on: link.on,
  }
}

export const realtimeKey: InjectionKey<Realtime> = Symbol('realtime')

/** The page's socket. */
export function useRealtime(): Realtime {
  const realtime = inject(realtimeKey)
  if (!realtime) throw new Error('The socket is not provided')
  return realtime
}

/** Listens to one kind of news while the component lives. */
export function useNews<E extends keyof ServerToClient>(event: E, listener: ServerToClient[E]) {
  onScopeDispose(useRealtime().on(event, listener))
}

/** How fresh the page is. */
export function useLinkState(): Readonly<Ref<LinkState>> {
  return useRealtime().state
}
