/** Where to go after signing in: a path of this site, never another one. */
export function nextPath(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || asked.startsWith('//') || asked.includes('\\')) return '/'
  return asked
}
