import { z } from 'zod'
import { idSchema } from '../schema.ts'
import { type BoardView, type BoardWindow, boardRowSchema, boardWindowSchema, freshnessSchema } from './boardView.ts'
import { type ContestView, contestViewSchema } from './contestView.ts'
import {
  type Celebration,
  celebrationSchema,
  type FeedCorrection,
  type FeedItem,
  feedCorrectionSchema,
  feedItemSchema,
} from './feed.ts'
import type { Problem } from './problem.ts'

/**
 * Sent in the handshake (`auth.protocol`); a client with another number is told `realtime.reload` and reloads itself. Others are
 * told `session.missing`, `stores.unreachable` or `realtime.too_many_screens`, and may try again later.
 */
export const protocolVersion = 1
/** A board is sent at most this often, its first change at once. */
export const patchEveryMs = 50
/** Timers may be so much too early (ms): who works a little less often than screens are sent never waits for the next sending. */
export const timerMs = 2
/** A contest is sent at most this often, its first change at once. */
export const contestEveryMs = 100
/** The server says `tick` this often; a screen that hears nothing for 2.5 of them says that it is stale. */
export const tickEveryMs = 2000

/**
 * Changes of a window since `fromSeq`. Apply only when board, window, period key and epoch are the watched ones and
 * `fromSeq` is the view's seq; else watch again. `rows` and `around` list all members in order; `changed` has the rows
 * that differ.
 */
export const boardPatchSchema = z.object({
  room: z.string(),
  periodKey: z.string(),
  epoch: z.string(),
  fromSeq: z.number().int(),
  seq: z.number().int(),
  asOfMs: z.number(),
  total: z.number().int(),
  rows: z.array(z.string()),
  around: z.array(z.string()),
  changed: z.array(boardRowSchema),
  /** When each source last sent something. */
  sources: z.array(freshnessSchema),
})
export type BoardPatch = z.infer<typeof boardPatchSchema>

/** The answer to a watch: the room whose patches follow, and the view that they apply to. */
export type WatchReply<T> = { ok: true; room: string; view: T } | { ok: false; problem: Problem }

/** Server to client: news, never commands. */
export interface ServerToClient {
  'board:patch': (patch: BoardPatch) => void
  /** The board's definition, period or epoch changed: watch again. */
  'board:stale': (message: { room: string }) => void
  'feed:item': (item: FeedItem) => void
  'feed:corrected': (correction: FeedCorrection) => void
  celebration: (celebration: Celebration) => void
  'contest:view': (view: ContestView) => void
  /** Settings, boards or contests were changed: read the lists again. */
  'definitions:changed': () => void
  tick: (message: { nowMs: number }) => void
}

/** Client to server: what to be told about. Each is parsed with the schema of the same name below. */
export interface ClientToServer {
  'board:watch': (message: BoardWindow, reply: (answer: WatchReply<BoardView>) => void) => void
  'board:unwatch': (message: { room: string }) => void
  'contest:watch': (message: { contestId: string }, reply: (answer: WatchReply<ContestView>) => void) => void
  'contest:unwatch': (message: { room: string }) => void
}

const roomSchema = z.strictObject({ room: z.string().min(1).max(200) })

/** Schema of every message that a client may send; one without a line here is refused. */
export const clientMessages = {
  'board:watch': boardWindowSchema,
  'board:unwatch': roomSchema,
  'contest:watch': z.strictObject({ contestId: idSchema }),
  'contest:unwatch': roomSchema,
} satisfies Record<keyof ClientToServer, z.ZodType>

/** Schema of every message that the server sends, for the document of the socket. */
export const serverMessages = {
  'board:patch': boardPatchSchema,
  'board:stale': roomSchema,
  'feed:item': feedItemSchema,
  'feed:corrected': feedCorrectionSchema,
  celebration: celebrationSchema,
  'contest:view': contestViewSchema,
  'definitions:changed': z.null(),
  tick: z.object({ nowMs: z.number() }),
} satisfies Record<keyof ServerToClient, z.ZodType>

/** Applies a patch; `null` when it does not follow the view, which means: watch again. */
export function applyPatch(view: BoardView, patch: BoardPatch): BoardView | null {
  if (patch.periodKey !== view.period.key || patch.epoch !== view.epoch || patch.fromSeq !== view.seq) return null
  const known = new Map([...view.rows, ...view.around, ...patch.changed].map((row) => [row.memberId, row]))
  const pick = (ids: string[]) => ids.map((id) => known.get(id)).filter((row) => row !== undefined)
  const rows = pick(patch.rows)
  const around = pick(patch.around)
  if (rows.length !== patch.rows.length || around.length !== patch.around.length) return null
  return { ...view, seq: patch.seq, asOfMs: patch.asOfMs, total: patch.total, rows, around, sources: patch.sources }
}
