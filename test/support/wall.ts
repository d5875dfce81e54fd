import type { BoardView } from '#shared/contract/boardView.ts'
import type { Problem } from '#shared/contract/problem.ts'
import { createBoardWatches } from '../../client/lib/boardWatches.ts'
import { createLink, type LinkState } from '../../client/lib/socket.ts'

/** A wall as people see it: the client's own link and watch, without the page around them. */
export interface Wall {
  /** Value by name, as it is shown now. */
  shown(): Record<string, number | null>
  link(): LinkState['is']
  problem(): Problem | null
  close(): void
}

/** Shows a board of people to the user of a cookie. What it shows stays through any gap. */
export function openWall(url: string, cookie: string, boardId = 'points-today'): Wall {
  // What the client finds in a browser.
  Object.assign(globalThis, {
    location: new URL(url),
    requestAnimationFrame: (run: (ms: number) => void) => setTimeout(() => run(performance.now()), 0),
  })
  const link = createLink()
  link.socket.io.opts.extraHeaders = { cookie }
  let view: BoardView | null = null
  let problem: Problem | null = null
  const leave = createBoardWatches(link).add(
    boardId,
    { boardId, top: 50 },
    {
      view(next) {
        view = next
        problem = null
      },
      problem(next) {
        problem = next
      },
    },
  )
  return {
    shown: () => Object.fromEntries((view?.rows ?? []).map(({ name, value }) => [name, value])),
    link: () => link.state.value.is,
    problem: () => problem,
    close() {
      leave()
      link.socket.disconnect()
    },
  }
}
