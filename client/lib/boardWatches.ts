import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import { applyPatch } from '#shared/contract/realtime.ts'
import type { Link } from './socket.ts'
import { askOptions, createWatches, type Watches } from './watches.ts'

/** Watched boards: patches are applied; one that does not follow, or a stale notice, asks for the whole view again. */
export function createBoardWatches(link: Link): Watches<BoardWindow, BoardView> {
  const watches = createWatches<BoardWindow, BoardView>(
    link,
    (window) => link.socket.timeout(askOptions.timeoutMs).emitWithAck('board:watch', window),
    (room) => link.socket.emit('board:unwatch', { room }),
  )
  link.socket.on('board:patch', (patch) => {
    watches.update(
      (_, room) => room === patch.room,
      (view) => applyPatch(view, patch),
    )
  })
  link.socket.on('board:stale', ({ room }) => {
    watches.update(
      (_, mine) => mine === room,
      () => null,
    )
  })
  return watches
}
