import type { Response } from 'express'
import type { Config } from '../config.ts'

/** The cookie that holds a session's token. */
export interface SessionCookie {
  name: string
  /** The token in a Cookie header, or `null`. */
  read(header: string | undefined): string | null
  set(response: Response, token: string, maxAgeMs: number): void
  clear(response: Response): void
}

/** Over https the name has the prefix with which browsers take it from this very host and over https only. */
export function sessionCookie({ PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>): SessionCookie {
  const secure = PUBLIC_URL?.startsWith('https:') ?? false
  const name = secure ? '__Host-pitboard' : 'pitboard_session'
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const
  return {
    name,
    read: (header) => readCookie(header, name),
    set: (response, token, maxAge) => void response.cookie(name, token, { ...options, maxAge }),
    clear: (response) => void response.clearCookie(name, options),
  }
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value) return value
  }
  return null
}
