import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'
import { OpenError } from '../store/file.ts'

/** Someone answers on this socket file. */
const answers = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const probe = connect(path)
    probe.on('connect', () => {
      probe.destroy()
      done(true)
    })
    probe.on('error', () => done(false))
  })

/** Removes the socket file of a process that died. Throws OpenError if one that lives listens there. */
export const clearSocket = async (path: string): Promise<void> => {
  if (!existsSync(path)) return
  if (await answers(path)) throw new OpenError(`The socket ${path} belongs to a running process; stop that one first.`)
  rmSync(path)
}

const listening = (server: Server, where: string, listen: () => void): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', (error) => fail(new OpenError(`${where} cannot be opened: ${error.message}.`)))
    server.once('listening', done)
    listen()
  })

/** Listens on a socket file for its owner alone. */
export const listenOnSocket = async (server: Server, path: string): Promise<void> => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const previous = process.umask(0o177)
  try {
    await listening(server, `The socket ${path}`, () => server.listen({ path, backlog: 4096 }))
  } finally {
    process.umask(previous)
  }
  chmodSync(path, 0o600)
}

/** Listens on a port of this machine, never for others; gives the port, which is chosen by the system for 0. */
export const listenOnPort = async (server: Server, port: number): Promise<number> => {
  await listening(server, `Port ${port}`, () => server.listen({ host: '127.0.0.1', port, backlog: 4096 }))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}
