import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { Server } from 'socket.io'
import { build } from 'vite'
import type { BoardView } from '#shared/contract/boardView.ts'
import type { ContestView } from '#shared/contract/contestView.ts'
import type { FeedItem } from '#shared/contract/feed.ts'
import {
  type BoardPatch,
  type ClientToServer,
  protocolVersion,
  type ServerToClient,
  tickEveryMs,
} from '#shared/contract/realtime.ts'
import type { SessionView } from '#shared/contract/session.ts'
import { session } from './world.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** As strict as the product's own. */
const policy =
  "default-src 'self'; connect-src 'self' ws:; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; object-src 'none'; base-uri 'self'"

/** What the stand-in serves; tests change it as they like. */
export interface World {
  session: SessionView | null
  boards: Map<string, BoardView>
  contests: Map<string, ContestView>
  feed: FeedItem[]
}

/** A server that speaks the contracts and knows nothing: screens are tested against what it is told to say. */
export interface StandIn {
  url: string
  world: World
  io: Server<ClientToServer, ServerToClient>
  /** Puts a new state of a board on the screens that watch it, as a patch. */
  patch(next: BoardView): void
  /** While true nothing is said any more, and new connections hang, as behind a cut cable. */
  cut(silent: boolean): void
  requests: string[]
  close(): Promise<void>
}

/** Builds the client into a folder of its own and serves it. */
export async function startStandIn(): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'pitboard-client-'))
  await build({
    configFile: join(import.meta.dirname, '../../../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  })
  const world: World = { session, boards: new Map(), contests: new Map(), feed: [] }
  const requests: string[] = []
  let silent = false

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    if (silent) return
    if (url.pathname.startsWith('/api/')) {
      requests.push(`${request.method} ${url.pathname}`)
      const { status, body } = answer(world, request.method ?? 'GET', url.pathname.replace('/api/v1', ''))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      return
    }
    const asked = join(folder, normalize(url.pathname))
    const file = existsSync(asked) && statSync(asked).isFile() ? asked : join(folder, 'index.html')
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    })
    createReadStream(file).pipe(response)
  })

  const io = new Server<ClientToServer, ServerToClient>(http, { transports: ['websocket'] })
  io.use((socket, next) =>
    next(socket.handshake.auth.protocol === protocolVersion ? undefined : new Error('realtime.reload')),
  )
  io.on('connection', (socket) => {
    if (!silent) socket.emit('tick', { nowMs: Date.now() })
    socket.on('board:watch', (message, reply) => {
      const view = world.boards.get(message.boardId)
      if (silent) return
      if (!view) return reply({ ok: false, problem: missing })
      void socket.join(view.board.id)
      reply({ ok: true, room: view.board.id, view })
    })
    socket.on('board:unwatch', ({ room }) => void socket.leave(room))
    socket.on('contest:watch', ({ contestId }, reply) => {
      const view = world.contests.get(contestId)
      if (silent) return
      reply(view ? { ok: true, room: contestId, view } : { ok: false, problem: missing })
    })
  })
  const ticking = setInterval(() => {
    if (!silent) io.emit('tick', { nowMs: Date.now() })
  }, tickEveryMs)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    world,
    io,
    requests,
    patch(next) {
      const before = world.boards.get(next.board.id)
      world.boards.set(next.board.id, next)
      if (before && !silent) io.to(next.board.id).emit('board:patch', patchBetween(before, next))
    },
    cut(now) {
      silent = now
    },
    async close() {
      clearInterval(ticking)
      await io.close()
      http.closeAllConnections()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const missing = {
  type: 'about:blank',
  title: 'Not found',
  status: 404,
  code: 'board.not_found',
  detail: 'There is no such board.',
} as const

function answer(world: World, method: string, path: string): { status: number; body: unknown } {
  if (path === '/session' && method === 'GET')
    return world.session ? { status: 200, body: world.session } : { status: 401, body: { ...missing, status: 401 } }
  if (path === '/session/link' || (path === '/session' && method === 'POST') || path === '/setup') {
    world.session = session
    return { status: 200, body: session }
  }
  if (path === '/boards') return { status: 200, body: { items: [...world.boards.values()].map((view) => view.board) } }
  if (path === '/contests') return { status: 200, body: { items: [...world.contests.values()] } }
  if (path === '/feed') return { status: 200, body: { items: world.feed, next: null } }
  // An organization that has just been made: nobody in it yet.
  if (['/people', '/teams', '/metrics', '/points-rules'].includes(path)) return { status: 200, body: { items: [] } }
  if (path === '/team/day')
    return { status: 200, body: { day: '2026-11-22', people: 0, silent: [], silentTotal: 0, unmatched: 0 } }
  return { status: 404, body: missing }
}

function patchBetween(before: BoardView, next: BoardView): BoardPatch {
  const known = new Map(before.rows.map((row) => [row.memberId, JSON.stringify(row)]))
  return {
    room: next.board.id,
    periodKey: next.period.key,
    epoch: next.epoch,
    fromSeq: before.seq,
    seq: next.seq,
    asOfMs: next.asOfMs,
    total: next.total,
    rows: next.rows.map((row) => row.memberId),
    around: [],
    changed: next.rows.filter((row) => known.get(row.memberId) !== JSON.stringify(row)),
    sources: next.sources,
  }
}
