import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import { type BoardPatch, patchEveryMs } from '#shared/contract/realtime.ts'
import type { Role } from '#shared/contract/session.ts'
import { reaches } from '#shared/contract/session.ts'
import type { Logger } from '../log.ts'
import { patchBetween } from './patchBetween.ts'

/** What all watchers of a room share: organization, window, and how much they may see. */
export interface RoomRequest extends BoardWindow {
  org: string
  role: Role
}

/** A room's last view, and when it was sent. */
interface Room {
  request: RoomRequest
  watchers: number
  view: BoardView | null
  reading: Promise<BoardView | null> | null
  flushedAtMs: number
  timer: NodeJS.Timeout | null
  again: boolean
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
  checkPeriods(): Promise<void>
  close(): void
}

/** What rooms need of the rest: how to read a view, and how to send to a room. */
export interface BoardRoomsOptions {
  read(request: RoomRequest): Promise<BoardView | null>
  send(room: string, event: 'board:patch', message: BoardPatch): void
  send(room: string, event: 'board:stale', message: { room: string }): void
  log: Logger
}

/** Rooms of one server process. Each is read once per change, however many watch it, and sends only what differs. */
export function createBoardRooms({ read, send, log }: BoardRoomsOptions): BoardRooms {
  const rooms = new Map<string, Room>()

  function readOnce(room: Room): Promise<BoardView | null> {
    room.reading ??= read(room.request).finally(() => {
      room.reading = null
    })
    return room.reading
  }

  async function flush(name: string, room: Room): Promise<void> {
    room.flushedAtMs = performance.now()
    const before = room.view
    const view = await readOnce(room)
    if (rooms.get(name) !== room || !before) return
    const patch = view && patchBetween(name, before, view)
    room.view = view
    if (!view || patch === null) send(name, 'board:stale', { room: name })
    else if (patch) send(name, 'board:patch', patch)
  }

  /** Leading edge first: an idle room is flushed at once, a busy one when its interval is over; never two at a time. */
  function schedule(name: string, room: Room): void {
    if (room.timer || !room.view) return
    if (room.reading) {
      room.again = true
      return
    }
    const waitMs = Math.max(0, room.flushedAtMs + patchEveryMs - performance.now())
    const run = () => {
      room.timer = null
      flush(name, room)
        .catch((error: Error) => log.warn({ room: name, error: error.message }, 'a board could not be sent'))
        .finally(() => {
          if (!room.again) return
          room.again = false
          schedule(name, room)
        })
    }
    if (waitMs === 0) run()
    else room.timer = setTimeout(run, waitMs)
  }

  return {
    async watch(request) {
      const name = roomName(request)
      const room = rooms.get(name) ?? {
        request,
        watchers: 0,
        view: null,
        reading: null,
        flushedAtMs: 0,
        timer: null,
        again: false,
      }
      rooms.set(name, room)
      room.watchers += 1
      try {
        room.view ??= await readOnce(room)
      } finally {
        if (!room.view) this.unwatch(name)
      }
      return { room: name, view: room.view }
    },
    unwatch(name) {
      const room = rooms.get(name)
      if (!room) return
      room.watchers -= 1
      if (room.watchers > 0) return
      if (room.timer) clearTimeout(room.timer)
      rooms.delete(name)
    },
    changed(org, boardId, periodKey) {
      for (const [name, room] of rooms)
        if (room.request.org === org && room.request.boardId === boardId && room.view?.period.key === periodKey)
          schedule(name, room)
    },
    stale(org) {
      for (const [name, room] of rooms) {
        if (room.request.org !== org) continue
        room.view = null
        send(name, 'board:stale', { room: name })
      }
    },
    async checkPeriods() {
      const nowMs = Date.now()
      for (const [name, room] of rooms) {
        const until = room.request.period === undefined ? room.view?.period.toMs : null
        if (until === null || until === undefined || until > nowMs) continue
        room.view = null
        send(name, 'board:stale', { room: name })
      }
    },
    close() {
      for (const room of rooms.values()) if (room.timer) clearTimeout(room.timer)
      rooms.clear()
    },
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
