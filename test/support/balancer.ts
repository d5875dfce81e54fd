import { connect, createServer, type Socket } from 'node:net'

/** What stands in front of several servers: each connection goes to the first of them that takes it. */
export interface Balancer {
  url: string
  close(): void
}

/** Opens one on a port of its own, in front of ports of loopback. */
export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    return socket.on('error', () => undefined).on('close', () => open.delete(socket))
  }
  const join = (socket: Socket, [port, ...others]: readonly number[]) => {
    if (port === undefined) return void socket.destroy()
    const upstream = keep(connect(port, '127.0.0.1'))
    const refused = () => join(socket, others)
    upstream.once('close', refused).once('connect', () => {
      upstream.off('close', refused).on('close', () => socket.destroy())
      socket.on('close', () => upstream.destroy())
      socket.pipe(upstream).pipe(socket)
    })
  }
  const server = createServer({ pauseOnConnect: true }, (socket) => join(keep(socket), ports))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
