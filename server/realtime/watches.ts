import type { WatchReply } from '#shared/contract/realtime.ts'
import { problemOf, Refusal, refusalOf } from '../http/problems.ts'
import type { Logger } from '../log.ts'

const mostPerSocket = 20

/** A kind of room that may be watched. */
interface Watchable<Request, View> {
  watch(request: Request): Promise<{ room: string; view: View | null }>
  unwatch(room: string): void
}

/** What the watches of one screen need of its connection. */
export interface WatchingSocket {
  readonly connected: boolean
  join(room: string): Promise<void> | void
  leave(room: string): Promise<void> | void
}

/** What one screen watches, of all kinds together. */
export interface Watches {
  /** Watches and replies with the view, or with why not; `noun` is what was not there. */
  add<Request, View>(
    noun: string,
    rooms: Watchable<Request, View>,
    request: Request,
    reply: (answer: WatchReply<View>) => void,
  ): Promise<void>
  remove(room: string): Promise<void>
  /** The screen is gone. */
  clear(): void
}

/** Keeps account of what a screen watches, so that everything is let go of with it. */
export function createWatches(socket: WatchingSocket, log: Logger): Watches {
  const watched = new Map<string, () => void>()
  return {
    async add(noun, rooms, request, reply) {
      try {
        const { room, view } = await rooms.watch(request)
        if (!view) throw new Refusal(404, `${noun}.not_found`, `There is no such ${noun}`)
        if (!socket.connected) return rooms.unwatch(room)
        if (watched.has(room)) rooms.unwatch(room)
        else if (watched.size >= mostPerSocket) {
          rooms.unwatch(room)
          throw new Refusal(429, 'realtime.too_many', `A screen watches at most ${mostPerSocket} things`)
        }
        watched.set(room, () => rooms.unwatch(room))
        await socket.join(room)
        reply({ ok: true, room, view })
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal.status >= 500) log.warn({ error: (error as Error).message }, 'a watch failed')
        reply({ ok: false, problem: problemOf(refusal) })
      }
    },
    async remove(room) {
      const release = watched.get(room)
      if (!release) return
      watched.delete(room)
      await socket.leave(room)
      release()
    },
    clear() {
      for (const release of watched.values()) release()
      watched.clear()
    },
  }
}
