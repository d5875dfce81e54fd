import { createServer } from 'node:net'
import { errorCode, Problem } from './problem.mjs'

/**
 * A Problem when the web server could not listen there.
 * @param {number} port
 * @param {string} host
 * @returns {Promise<void>}
 */
export function checkPort(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => reject(new Problem(sentence(errorCode(error), port, host))))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()))
  })
}

/** @param {string} code @param {number} port @param {string} host */
function sentence(code, port, host) {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use: stop what uses it, or choose another, for example npm start -- --port ${port < 65_535 ? port + 1 : 4600}.`
  if (code === 'EACCES')
    return `This user may not listen on port ${port}: choose one above 1023, for example npm start -- --port 4600.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${host} is not an address of this machine: choose another with --host, for example --host 0.0.0.0 for all of them.`
  return `The web server cannot listen on ${host}, port ${port} (${code}): choose others with --host and --port.`
}

/**
 * A free port of loopback: the wanted one, or any for 0.
 * @param {number} [wanted]
 * @returns {Promise<number>} 0 when the wanted one is taken
 */
export function freePort(wanted = 0) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
