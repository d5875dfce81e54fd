import { hash, randomBytes } from 'node:crypto'

/** A new secret for a cookie, a link or a key: 256 random bits. Only its hash is stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token, and looked up by. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** A new id for something that people made. */
export function newId(): string {
  return plain(randomBytes(9).toString('base64url'))
}

/** The id of what is made with a token: making it once more makes the same. */
export function idOfToken(token: string): string {
  return plain(tokenHash(token).slice(0, 12))
}

function plain(id: string): string {
  return id.replaceAll('-', 'x').replaceAll('_', 'y')
}
