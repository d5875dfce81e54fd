import type { Problem } from '#shared/contract/problem.ts'

const base = '/api/v1'
const defaultTimeoutMs = 15_000

/** What a request came back with instead of its answer. `network.offline` and `network.timeout` are our own codes. */
export class ApiProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }
  get code() {
    return this.problem.code
  }
  get status() {
    return this.problem.status
  }
  /** What was wrong with one field, by its path. */
  issueAt(path: string): string | undefined {
    return this.problem.issues?.find((issue) => issue.path === path)?.message
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>
  signal?: AbortSignal
  timeoutMs?: number
}

let signedOut = () => {}

/** Tells the api what to do when the server no longer knows who we are. */
export function onSignedOut(then: () => void) {
  signedOut = then
}

async function request<T>(method: string, path: string, body: unknown, options: RequestOptions): Promise<T> {
  const query = Object.entries(options.query ?? {}).filter(([, value]) => value !== null && value !== undefined)
  const search = new URLSearchParams(query.map(([key, value]) => [key, String(value)])).toString()
  const deadline = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
  const raw = body instanceof FormData || body instanceof Blob
  let response: Response
  try {
    response = await fetch(`${base}${path}${search && `?${search}`}`, {
      method,
      headers: body === undefined || raw ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : raw ? body : JSON.stringify(body),
      signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiProblem(networkProblem(deadline.aborted ? 'network.timeout' : 'network.offline'))
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
  if (response.status === 401 && !path.startsWith('/session')) signedOut()
  throw new ApiProblem(await problemOf(response))
}

async function problemOf(response: Response): Promise<Problem> {
  const said: Partial<Problem> | null = await response.json().catch(() => null)
  if (typeof said?.code === 'string' && typeof said.detail === 'string') return said as Problem
  return { ...networkProblem('network.answer'), status: response.status }
}

function networkProblem(code: string): Problem {
  return { type: 'about:blank', title: code, status: 0, code, detail: code }
}

/** JSON over HTTP under /api/v1. Paths begin with `/`. Throws {@link ApiProblem}. */
export const api = {
  get: <T>(path: string, options: RequestOptions = {}) => request<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options: RequestOptions = {}) => request<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options: RequestOptions = {}) => request<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options: RequestOptions = {}) => request<T>('PATCH', path, body, options),
  delete: <T = void>(path: string, options: RequestOptions = {}) => request<T>('DELETE', path, undefined, options),
}
