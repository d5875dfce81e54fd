import type { ContestView } from '#shared/contract/contestView.ts'
import type { Link } from './socket.ts'
import { askOptions, createWatches, type Watches } from './watches.ts'

/** Watched contests: a contest is small, so every change brings its whole view. */
export function createContestWatches(link: Link): Watches<string, ContestView> {
  const watches = createWatches<string, ContestView>(
    link,
    (contestId) => link.socket.timeout(askOptions.timeoutMs).emitWithAck('contest:watch', { contestId }),
    (room) => link.socket.emit('contest:unwatch', { room }),
  )
  link.socket.on('contest:view', (view) => {
    watches.update(
      (seen) => seen.id === view.id,
      () => view,
    )
  })
  return watches
}
