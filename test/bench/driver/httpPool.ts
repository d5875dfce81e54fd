import type { Line } from '../support/line.ts'
import { HttpConnection } from './httpConnection.ts'

/** Posts over a fixed number of connections; what finds none free waits its turn. */
export interface HttpPool {
  /** Resolves with the status of the answer. */
  post(body: string): Promise<number>
  close(): void
}

/** Opens the connections. */
export function openPool({ port, postPath, postHeaders }: Line, size: number): HttpPool {
  const all = Array.from({ length: size }, () => new HttpConnection(port))
  const free = [...all]
  const queue: ((connection: HttpConnection) => void)[] = []
  const take = () => {
    const connection = free.pop()
    return connection ?? new Promise<HttpConnection>((resolve) => void queue.push(resolve))
  }
  return {
    async post(body) {
      const connection = await take()
      const { status } = await connection.send('POST', postPath, postHeaders, body)
      const next = queue.shift()
      if (next) next(connection)
      else free.push(connection)
      return status
    },
    close() {
      for (const connection of all) connection.close()
    },
  }
}
