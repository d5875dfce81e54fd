import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The first JSON line with `"ready": true` that a child prints.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, unknown>>}
 */
export function readyLine(child, signal) {
  return new Promise((resolve, reject) => {
    let text = ''
    const hear = (/** @type {Buffer} */ chunk) => {
      text += chunk
      const lines = text.split('\n')
      text = (lines.pop() ?? '').slice(-10_000)
      const facts = lines.map(parse).find((line) => line?.ready === true)
      if (!facts) return
      child.stdout?.off('data', hear)
      resolve(facts)
    }
    child.stdout?.on('data', hear)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/**
 * Waits until something answers on a unix socket: Redis with +PONG once it has read its data.
 * @param {string} socket
 * @param {AbortSignal} signal
 */
export async function redisReady(socket, signal) {
  while (!(await ping(socket))) await sleep(25, undefined, { signal })
  return {}
}

/**
 * Waits until a port takes connections.
 * @param {number} port
 * @param {string} host
 * @param {AbortSignal} signal
 */
export async function portReady(port, host, signal) {
  while (!(await opens(port, host))) await sleep(50, undefined, { signal })
  return {}
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function opens(port, host) {
  return new Promise((resolve) => {
    const connection = connect({ port, host }, () => connection.end(() => resolve(true)))
    connection.once('error', () => resolve(false))
  })
}

/** @param {string} socket @returns {Promise<boolean>} */
function ping(socket) {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write('PING\r\n'))
    connection.setTimeout(1_000, () => connection.destroy())
    connection.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'))
      connection.destroy()
    })
    connection.once('error', () => resolve(false))
    connection.once('close', () => resolve(false))
  })
}

/** @param {string} line @returns {Record<string, unknown> | undefined} */
function parse(line) {
  try {
    const value = JSON.parse(line)
    return value && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}
