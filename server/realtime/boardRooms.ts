import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import { type BoardPatch, patchEveryMs } from '#shared/contract/realtime.ts'
import type { Role } from '#shared/contract/session.ts'
import { reaches } from '#shared/contract/session.ts'
import type { Logger } from '../log.ts'
import { patchBetween } from './patchBetween.ts'
import { createRooms } from './rooms.ts'

/** What all watchers of a room share: organization, window, and how much they may see. */
export interface RoomRequest extends BoardWindow {
  org: string
  role: Role
}

export interface BoardRooms {
  /** Adds a watcher; answers the room and the view that its patches follow. `view: null`: there is no such board. */
  watch(request: RoomRequest): Promise<{ room: string; view: BoardView | null }>
  unwatch(room: string): void
  /** A board changed: its rooms are sent what differs, the first change at once, then every 50 ms. */
  changed(org: string, boardId: string, periodKey: string): void
  /** Everything of an organization may have changed: its watchers are told to watch again. */
  stale(org: string): void
  /** Tells watchers of current periods that have ended. */
  checkPeriods(): void
  close(): void
}

/** What rooms need of the rest: how to read a view, and how to send to a room. */
export interface BoardRoomsOptions {
  read(request: RoomRequest, lately: boolean): Promise<BoardView | null>
  send(room: string, event: 'board:patch', message: BoardPatch): void
  send(room: string, event: 'board:stale', message: { room: string }): void
  log: Logger
}

/** Rooms of one server process. Each is read once per change, however many watch it, and sends only what differs. */
export function createBoardRooms({ read, send, log }: BoardRoomsOptions): BoardRooms {
  const stale = (room: string) => send(room, 'board:stale', { room })
  const rooms = createRooms<RoomRequest, BoardView>({
    nameOf: roomName,
    read,
    flush(room, before, after) {
      const patch = after && patchBetween(room, before, after)
      if (patch === null) stale(room)
      else if (patch) send(room, 'board:patch', patch)
    },
    stale,
    intervalMs: () => patchEveryMs,
    log,
  })
  return {
    watch: rooms.watch,
    unwatch: rooms.unwatch,
    changed: (org, boardId, periodKey) =>
      rooms.changed(
        (request, view) => request.org === org && request.boardId === boardId && view.period.key === periodKey,
      ),
    stale: (org) => rooms.forget((request) => request.org === org),
    checkPeriods() {
      const nowMs = Date.now()
      rooms.forget(({ period }, view) => {
        const until = period === undefined ? (view?.period.toMs ?? null) : null
        return until !== null && until <= nowMs
      })
    },
    close: rooms.close,
  }
}

/** One name for all who see the same: managers see everything, so they have rooms of their own. */
function roomName({ org, boardId, period, top, around, role }: RoomRequest): string {
  return [
    'board',
    org,
    boardId,
    period ?? 'current',
    top,
    around ?? '-',
    reaches(role, 'manager') ? 'all' : 'some',
  ].join('/')
}
