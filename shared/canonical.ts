/** What canonical JSON can say. */
export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical }

/**
 * One text for one meaning, so that it can be hashed: keys in code-unit order, no spaces, numbers are integers. Throws on
 * any other number: a fraction would hash differently where it is worked out differently.
 */
export function canonicalJson(value: Canonical): string {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new Error(`canonical.not-integer: ${value} is not an integer`)
    return String(value + 0)
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

function isList(value: readonly Canonical[] | object): value is readonly Canonical[] {
  return Array.isArray(value)
}
