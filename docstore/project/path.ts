import { CommandError } from '../errors.ts'

const DBREF = new Set(['$id', '$ref', '$db'])

const bad = (code: number, message: string): CommandError => new CommandError(code, message)

/** Checks the path of a projection, sort or new field. Throws 40352, 40353, 15998 or 16410. */
export const checkFieldPath = (path: string): void => {
  if (path === '') throw bad(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) throw bad(40353, "FieldPath must not end with a '.'.")
  const parts = path.split('.')
  if (parts.includes('')) throw bad(15998, 'FieldPath field names may not be empty strings.')
  for (const [i, part] of parts.entries())
    if (part.startsWith('$') && (i === 0 || !DBREF.has(part)))
      throw bad(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.")
  if (path.includes('\0')) throw bad(16411, 'FieldPath field names may not contain null bytes.')
}

/** Paths that were named, to find one that lies in or over another. */
export class NamedPaths {
  private readonly named = new Set<string>()
  private readonly over = new Set<string>()

  /** Throws 31249 for a path inside of a named one, 31250 for a named one and for one that lies over it. */
  add(path: string): void {
    if (this.named.has(path) || this.over.has(path)) throw bad(31250, `Path collision at ${path}`)
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const top = path.slice(0, dot)
      if (this.named.has(top)) throw bad(31249, `Path collision at ${path} remaining portion ${path.slice(dot + 1)}`)
      this.over.add(top)
    }
    this.named.add(path)
  }
}
