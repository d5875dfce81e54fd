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
  return idOf(randomBytes(9))
}

/** The id of what a token makes: the same however often it is tried. */
export function idOfToken(token: string): string {
  return idOf(hash('sha256', `id of ${token}`, 'buffer').subarray(0, 9))
}

function idOf(bytes: Buffer): string {
  return bytes.toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y')
}
