import type { ContestView } from '#shared/contract/contestView.ts'
import { contestEveryMs } from '#shared/contract/realtime.ts'
import type { Logger } from '../log.ts'
import { createRooms, type Rooms } from './rooms.ts'

/** Which contest, of which organization. */
export interface ContestRequest {
  org: string
  contestId: string
}

export interface ContestRooms extends Pick<Rooms<ContestRequest, ContestView>, 'watch' | 'unwatch' | 'close'> {
  /** A contest changed: its room is sent the new view, the first change at once, then ten times a second. */
  changed(org: string, contestId: string): void
  /** Anything about an organization's contests may have changed. */
  allChanged(org: string): void
  /** Time went on: phases begin and end by it, and momentum fades. */
  passTime(): void
}

/** What the rooms of contests need of the rest. */
export interface ContestRoomsOptions {
  read(request: ContestRequest): Promise<ContestView | null>
  send(room: string, event: 'contest:view', view: ContestView): void
  log: Logger
}

/** Rooms of contests: everyone sees the same, and a view is small, so it is sent whole. */
export function createContestRooms({ read, send, log }: ContestRoomsOptions): ContestRooms {
  const rooms = createRooms<ContestRequest, ContestView>({
    nameOf: ({ org, contestId }) => `contest/${org}/${contestId}`,
    read,
    flush(room, before, after) {
      if (after && differs(before, after)) send(room, 'contest:view', after)
    },
    stale: () => undefined,
    // A large contest takes longer to read, and must not keep the server from the boards.
    intervalMs: (tookMs) => Math.max(contestEveryMs, 5 * tookMs),
    log,
  })
  return {
    watch: rooms.watch,
    unwatch: rooms.unwatch,
    close: rooms.close,
    changed: (org, contestId) => rooms.changed((request) => request.org === org && request.contestId === contestId),
    allChanged: (org) => rooms.changed((request) => request.org === org),
    passTime: () => rooms.changed((_request, { phase }) => phase !== 'final' && phase !== 'cancelled'),
  }
}

function differs({ asOfMs: _before, ...before }: ContestView, { asOfMs: _after, ...after }: ContestView): boolean {
  return JSON.stringify(before) !== JSON.stringify(after)
}
