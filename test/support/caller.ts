import { setTimeout as sleep } from 'node:timers/promises'

/** An answer with its body read; `body` is `null` when there is none. */
export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any
}

/** Somebody who sends requests below /api/v1. */
export interface Caller {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** Any request; a string or bytes as body are sent as they are. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** Sends requests to a server with the same headers each time. */
export function caller(url: string, own: Record<string, string> = {}): Caller {
  const send: Caller['send'] = async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
      redirect: 'manual',
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) }
  }
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Waits until something holds, at most `forMs`; answers what it gave. */
export async function until<T>(what: () => Promise<T | null | undefined | false>, forMs = 5000): Promise<T> {
  const startedMs = performance.now()
  for (;;) {
    const found = await what()
    if (found) return found
    if (performance.now() - startedMs > forMs) throw new Error(`It did not become true within ${forMs} ms: ${what}`)
    await sleep(20)
  }
}
