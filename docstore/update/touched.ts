import { CommandError } from '../errors.ts'

/** A part of a path that stands for elements known only when the document is seen: `$`, `$[]`, `$[name]`. */
export const isDynamic = (part: string): boolean => part === '$' || part.startsWith('$[')

/** The places where the changes of one update went, to find two that meet in one place. */
export class TouchedPaths {
  private readonly before = new Set<string>()
  /** paths that something before goes through */
  private readonly through = new Set<string>()
  private now: string[] = []

  /** The next change begins: what the last one touched stays taken. */
  next(): void {
    for (const path of this.now) {
      this.before.add(path)
      for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) this.through.add(path.slice(0, dot))
    }
    this.now = []
  }

  /** Throws 40 when an earlier change was here, above or below. */
  add(parts: readonly string[]): void {
    const path = parts.join('.')
    if (this.through.has(path)) throw conflict(path)
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1))
      if (this.before.has(path.slice(0, dot))) throw conflict(path.slice(0, dot))
    if (this.before.has(path)) throw conflict(path)
    this.now.push(path)
  }
}

const conflict = (path: string): CommandError => new CommandError(40, `Update created a conflict at '${path}'`)
