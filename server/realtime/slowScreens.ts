import type { Socket } from 'socket.io'

/** So much (characters) may wait for one screen: some seconds of a busy floor, and every first view that a page asks for. */
const mostUnsent = 512 * 1024

/** What of a connection is written to, as engine.io keeps it. */
interface Writing {
  writeBuffer: readonly { data?: unknown }[]
}

/**
 * Lets go of screens that do not take what they are sent: it would wait for them without end. They connect anew, and are
 * given what holds then instead of all that was.
 */
export function leaveSlowScreens(screens: Iterable<Pick<Socket, 'conn'>>): void {
  for (const { conn } of screens) {
    const { writeBuffer } = conn as unknown as Writing
    const unsent = writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0)
    if (unsent > mostUnsent) conn.close(true)
  }
}
