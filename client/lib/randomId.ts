/** A new id. Not `crypto.randomUUID`, which a page has only on a secure origin. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
