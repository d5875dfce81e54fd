import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { BoardView } from '#shared/contract/boardView.ts'
import type { ContestView } from '#shared/contract/contestView.ts'
import {
  type ClientToServer,
  clientMessages,
  protocolVersion,
  type ServerToClient,
  tickEveryMs,
} from '#shared/contract/realtime.ts'
import { unseeDefinitions } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import type { News } from '../data/news.ts'
import { userOfToken } from '../http/authenticate.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { problemOf, Refusal } from '../http/problems.ts'
import type { SessionCookie } from '../http/sessionCookie.ts'
import type { Logger } from '../log.ts'
import { type BoardRooms, createBoardRooms, type RoomRequest } from './boardRooms.ts'
import { type ContestRequest, type ContestRooms, createContestRooms } from './contestRooms.ts'
import { endLostSessions } from './lostSessions.ts'
import { createMessageLimit } from './messageLimit.ts'
import { createNewsPace } from './newsPace.ts'
import { addressOf, createPlaces, mostPerAddress, mostPerUser } from './screenLimits.ts'
import { leaveSlowScreens } from './slowScreens.ts'
import { createWatches } from './watches.ts'

type SocketServer = Server<ClientToServer, ServerToClient, Record<string, never>, { principal: UserPrincipal }>
type ClientSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, { principal: UserPrincipal }>

/** Rights end everywhere within a minute, even if the news of it was missed. */
const sessionCheckMs = 60_000

/** Who has connected says so soon that it is signed in. */
const signInMs = 10_000

/**
 * What the sockets are given. `publicHost` is a further host that pages may come from, behind a proxy; `trustedProxies` are
 * the hops whose X-Forwarded-For counts.
 */
export interface SocketOptions {
  mongo: Mongo
  log: Logger
  publicHost: string | null
  trustedProxies: number
  cookie: SessionCookie
  readBoard(request: RoomRequest, lately: boolean): Promise<BoardView | null>
  readContest(request: ContestRequest): Promise<ContestView | null>
}

export interface Realtime {
  onNews(org: string, news: readonly News[]): void
  /** News may have been lost: every screen connects anew, and so reads again all that it shows. */
  onGap(): void
  close(): Promise<void>
  io: SocketServer
  rooms: BoardRooms
}

/** The rooms of one server process. */
interface AllRooms {
  boards: BoardRooms
  contests: ContestRooms
}

/** Opens the socket on the web server: who is signed in may watch; nothing is ever changed through it. */
export function openSockets(
  http: HttpServer,
  { mongo, log, publicHost, trustedProxies, cookie, readBoard, readContest }: SocketOptions,
): Realtime {
  const addresses = createPlaces()
  const users = createPlaces()
  const io: SocketServer = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 16 * 1024,
    pingInterval: 10_000,
    pingTimeout: 8_000,
    connectTimeout: signInMs,
    allowRequest(request, answer) {
      if (!isOwnPage(request.headers.origin, request.headers.host, publicHost)) return answer('origin.foreign', false)
      const leave = addresses.take(addressOf(request, trustedProxies), mostPerAddress)
      if (!leave) return answer('realtime.too_many_screens', false)
      request.socket.once('close', leave)
      answer(null, true)
    },
  })
  const rooms: AllRooms = {
    boards: createBoardRooms({
      read: readBoard,
      send: (room: string, event: string, message: unknown) =>
        io.to(room).emit(event as 'board:patch', message as never),
      log,
    }),
    contests: createContestRooms({
      read: readContest,
      send: (room, event, view) => io.to(room).emit(event, view),
      log,
    }),
  }
  const allowNews = createNewsPace()

  io.use(async (socket, next) => {
    if (socket.handshake.auth.protocol !== protocolVersion) return next(new Error('realtime.reload'))
    const token = cookie.read(socket.handshake.headers.cookie)
    const principal = token ? await userOfToken(mongo, token).catch(() => undefined) : null
    if (!principal) return next(new Error(principal === null ? 'session.missing' : 'stores.unreachable'))
    const leave = users.take(principal.userId, mostPerUser)
    if (!leave) return next(new Error('realtime.too_many_screens'))
    // It may have gone while it was looked up.
    if (socket.conn.readyState === 'open') socket.conn.once('close', leave)
    else leave()
    socket.data.principal = principal
    // The upgrade request is as large as everything else that a socket holds.
    ;(socket.conn as unknown as { request: unknown }).request = null
    next()
  })
  io.on('connection', (socket) => serve(socket, rooms, log))

  const ticking = setInterval(() => {
    leaveSlowScreens(io.sockets.sockets.values())
    io.emit('tick', { nowMs: Date.now() })
    rooms.boards.checkPeriods()
    rooms.contests.passTime()
  }, tickEveryMs)
  const checking = setInterval(
    () => void endLostSessions(io.sockets.sockets.values(), mongo).catch(() => undefined),
    sessionCheckMs,
  )

  return {
    io,
    rooms: rooms.boards,
    onNews(org, news) {
      if (news.some(({ type }) => type === 'definitions')) unseeDefinitions(mongo, org)
      for (const one of news) if (allowNews(org, one, Date.now())) announce(io, rooms, org, one)
    },
    onGap() {
      log.info({ screens: io.sockets.sockets.size }, 'news may have been lost; screens connect anew')
      for (const socket of io.sockets.sockets.values()) socket.conn.close()
    },
    async close() {
      clearInterval(ticking)
      clearInterval(checking)
      rooms.boards.close()
      rooms.contests.close()
      await io.close()
    },
  }
}

function announce(io: SocketServer, rooms: AllRooms, org: string, news: News): void {
  const floor = io.to(`org/${org}`)
  switch (news.type) {
    case 'board':
      rooms.boards.changed(org, news.boardId, news.periodKey)
      break
    case 'feed':
      floor.emit('feed:item', news.item)
      break
    case 'correction':
      floor.emit('feed:corrected', news.correction)
      break
    case 'celebration':
      floor.emit('celebration', news.celebration)
      break
    case 'definitions':
      floor.emit('definitions:changed')
      rooms.boards.stale(org)
      rooms.contests.allChanged(org)
      break
    case 'sessions':
      io.in(`user/${news.userId}`).disconnectSockets(true)
      break
    case 'contest':
      rooms.contests.changed(org, news.contestId)
      break
  }
}

function serve(socket: ClientSocket, rooms: AllRooms, log: Logger): void {
  const { principal } = socket.data
  const watches = createWatches(socket, log)
  const allow = createMessageLimit({ perSecond: 20, burst: 60 })
  void socket.join([`org/${principal.org}`, `user/${principal.userId}`])

  socket.use(([event, message, reply], next) => {
    const answer = typeof reply === 'function' ? (reply as (value: unknown) => void) : () => undefined
    const refuse = (refusal: Refusal) => answer({ ok: false, problem: problemOf(refusal) })
    // What a screen lets go of costs less than to keep it.
    if (event !== 'board:unwatch' && event !== 'contest:unwatch' && !allow(Date.now())) {
      refuse(new Refusal(429, 'realtime.too_fast', 'Too many messages; wait a moment'))
      return
    }
    const schema = Object.hasOwn(clientMessages, event) ? clientMessages[event as keyof ClientToServer] : undefined
    const parsed = schema?.safeParse(message)
    if (!schema) return refuse(new Refusal(404, 'realtime.unknown', 'There is no such message'))
    if (!parsed?.success)
      return refuse(new Refusal(422, 'input.invalid', 'The message does not have the expected form'))
    if (event.endsWith(':watch') && typeof reply !== 'function') return
    next()
  })

  socket.on('board:watch', async (message, reply) => {
    const request = clientMessages['board:watch'].parse(message)
    await watches.add('board', rooms.boards, { ...request, org: principal.org, role: principal.role }, reply)
  })
  socket.on('contest:watch', async (message, reply) => {
    const request = clientMessages['contest:watch'].parse(message)
    await watches.add('contest', rooms.contests, { ...request, org: principal.org }, reply)
  })
  socket.on('board:unwatch', ({ room }) => watches.remove(room))
  socket.on('contest:unwatch', ({ room }) => watches.remove(room))
  socket.on('disconnect', watches.clear)
  socket.on('error', () => undefined)
}

/** Browsers send the page's origin with a websocket; without one it is a program, which needs the cookie like everyone. */
function isOwnPage(origin: string | undefined, host: string | undefined, publicHost: string | null): boolean {
  if (origin === undefined) return true
  const page = URL.parse(origin)?.host
  return page !== undefined && (page === host || page === publicHost)
}
