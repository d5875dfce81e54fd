import type { LocalText } from '#shared/text.ts'
import { localText } from '#shared/text.ts'
import { Refusal } from '../http/problems.ts'

/** 422 that marks one field. */
export function wrongField(code: string, path: string, message: string): Refusal {
  return new Refusal(422, code, message, { issues: [{ path: `body.${path}`, message }] })
}

/** 409: something else uses what is to be removed. `users` are names of what does. */
export function inUse(noun: string, users: readonly (LocalText | string)[]): Refusal {
  const names = users.slice(0, 3).map((user) => (typeof user === 'string' ? user : localText(user, 'en')))
  const more = users.length > names.length ? ` and ${users.length - names.length} more` : ''
  return new Refusal(409, `${noun}.in_use`, `It cannot be removed while it is used by ${names.join(', ')}${more}`)
}

/** Has any of these fields changed? Creating and removing change all of them. */
export function differs<T extends object>(before: T | null, after: T | null, fields: readonly (keyof T)[]): boolean {
  if (!before || !after) return before !== after
  return fields.some((field) => canonical(before[field]) !== canonical(after[field]))
}

/** The same content in another order of fields is the same content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
