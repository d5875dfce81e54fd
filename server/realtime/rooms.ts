import type { Logger } from '../log.ts'

/** A room that could not be read is read again so much later, since nobody will say once more that it changed. */
const retryMs = 1000
/** A view that was read longer ago is read again when somebody asks for it, as screens do now and then: news may be lost. */
const trustedMs = 30_000

/** A room's last view, and when it was sent. */
interface Room<Request, View extends object> {
  request: Request
  watchers: number
  view: View | null
  reading: Promise<View | null> | null
  readAtMs: number
  /** When the last flush began, or was due if it came late, and how long its read took. */
  flushedAtMs: number
  tookMs: number
  timer: NodeJS.Timeout | null
  /** Something may have changed since the read that is under way began. */
  again: boolean
  /** How often its view was forgotten: a read that began before is of no use either. */
  forgotten: number
}

export interface Rooms<Request, View extends object> {
  /** Adds a watcher; answers the room and the view that its news follow. `view: null`: there is no such thing. */
  watch(request: Request): Promise<{ room: string; view: View | null }>
  unwatch(room: string): void
  /** What some rooms show has changed: they are sent it, the first change at once, then in intervals. */
  changed(concerns: (request: Request, view: View) => boolean): void
  /** The views of some rooms are of no use any more: nothing is sent to them until somebody watches again. */
  forget(concerns: (request: Request, view: View | null) => boolean): void
  close(): void
}

/** What rooms need of the rest. */
export interface RoomsOptions<Request, View extends object> {
  /** One name for all who see the same. */
  nameOf(request: Request): string
  /** `lately`: what belongs to it and seldom changes may be as it was a moment ago, since `forget` tells of changes. */
  read(request: Request, lately: boolean): Promise<View | null>
  /** Sends what differs. `after: null`: what the room showed is gone. */
  flush(room: string, before: View, after: View | null): void
  /** Tells a room that its view is of no use any more. */
  stale(room: string): void
  /** A room is sent at most this often, by how long its last read took (ms). */
  intervalMs(tookMs: number): number
  log: Logger
}

/** Rooms of one server process. Each is read once per change, however many watch it. */
export function createRooms<Request, View extends object>({
  nameOf,
  read,
  flush,
  stale,
  intervalMs,
  log,
}: RoomsOptions<Request, View>): Rooms<Request, View> {
  const rooms = new Map<string, Room<Request, View>>()

  function readOnce(room: Room<Request, View>, lately: boolean): Promise<View | null> {
    if (room.reading) return room.reading
    room.again = false
    room.readAtMs = performance.now()
    const reading = read(room.request, lately).finally(() => {
      if (room.reading === reading) room.reading = null
    })
    room.reading = reading
    return reading
  }

  /** A view that was not forgotten while it was read. */
  async function readLasting(room: Room<Request, View>): Promise<View | null> {
    const { forgotten } = room
    const view = await readOnce(room, false)
    return room.forgotten === forgotten ? view : await readLasting(room)
  }

  async function send(name: string, room: Room<Request, View>): Promise<void> {
    const dueMs = room.flushedAtMs + intervalMs(room.tookMs)
    const nowMs = performance.now()
    // One that comes late does not put off the next: else changes that come as often as flushes may would wait.
    room.flushedAtMs = nowMs - dueMs < intervalMs(room.tookMs) ? dueMs : nowMs
    const { view: before, forgotten } = room
    const view = await readOnce(room, true)
    room.tookMs = performance.now() - nowMs
    if (rooms.get(name) !== room || !before || room.forgotten !== forgotten) return
    room.view = view
    flush(name, before, view)
  }

  /** Leading edge first: an idle room is flushed at once, a busy one once in its interval; never two at a time. */
  function schedule(name: string, room: Room<Request, View>): void {
    if (room.timer || !room.view) return
    if (room.reading) {
      room.again = true
      return
    }
    const waitMs = Math.max(0, room.flushedAtMs + intervalMs(room.tookMs) - performance.now())
    const run = () => {
      room.timer = null
      send(name, room)
        .catch((error: Error) => {
          log.warn({ room: name, error: error.message }, 'a room could not be sent; it is read again')
          room.flushedAtMs = performance.now() + retryMs
          room.again = rooms.get(name) === room
        })
        .finally(() => catchUp(name, room))
    }
    if (waitMs === 0) run()
    else room.timer = setTimeout(run, waitMs)
  }

  /** Sends what changed while the room was being read. */
  function catchUp(name: string, room: Room<Request, View>): void {
    if (!room.again) return
    room.again = false
    schedule(name, room)
  }

  function unwatch(name: string): void {
    const room = rooms.get(name)
    if (!room) return
    room.watchers -= 1
    if (room.watchers > 0) return
    if (room.timer) clearTimeout(room.timer)
    rooms.delete(name)
  }

  return {
    unwatch,
    async watch(request) {
      const name = nameOf(request)
      const room = rooms.get(name) ?? {
        request,
        watchers: 0,
        view: null,
        reading: null,
        readAtMs: 0,
        flushedAtMs: 0,
        tookMs: 0,
        timer: null,
        again: false,
        forgotten: 0,
      }
      rooms.set(name, room)
      room.watchers += 1
      try {
        room.view ??= await readLasting(room)
        room.again ||= performance.now() - room.readAtMs > trustedMs
        catchUp(name, room)
      } finally {
        if (!room.view) unwatch(name)
      }
      return { room: name, view: room.view }
    },
    changed(concerns) {
      // Of a view that is on its way it is not known whether it has the change.
      for (const [name, room] of rooms)
        if (!room.view) room.again = true
        else if (concerns(room.request, room.view)) schedule(name, room)
    },
    forget(concerns) {
      for (const [name, room] of rooms) {
        if (!concerns(room.request, room.view)) continue
        room.view = null
        room.reading = null
        room.forgotten += 1
        room.again = true
        stale(name)
      }
    },
    close() {
      for (const room of rooms.values()) if (room.timer) clearTimeout(room.timer)
      rooms.clear()
    },
  }
}
