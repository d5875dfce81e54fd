import { io, type Socket } from 'socket.io-client'
import { type ClientToServer, protocolVersion, type ServerToClient } from '#shared/contract/realtime.ts'

/** A screen of a test: what it was told, by event. */
export interface Screen {
  socket: Socket<ServerToClient, ClientToServer>
  /** Messages of an event so far, the oldest first. */
  heard<E extends keyof ServerToClient>(event: E): Parameters<ServerToClient[E]>[0][]
  close(): void
}

/** Connects a screen to a server with somebody's cookie; throws the server's word when it is refused. */
export async function openScreen(url: string, cookie: string, protocol = protocolVersion): Promise<Screen> {
  const socket: Screen['socket'] = io(url, {
    transports: ['websocket'],
    auth: { protocol },
    extraHeaders: { cookie },
    reconnection: false,
  })
  const messages: [event: string, message: unknown][] = []
  socket.onAny((event: string, message: unknown) => void messages.push([event, message]))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    socket,
    heard: (event) => messages.flatMap(([name, message]) => (name === event ? [message as never] : [])),
    close: () => void socket.disconnect(),
  }
}
