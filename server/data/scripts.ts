import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

type Argument = string | number

/** The Lua scripts of server/data/lua, each named `verbNoun-<number of keys>.lua`, as methods of a connection. */
export interface Scripts {
  applyStandings(...args: Argument[]): Promise<[changed: number, seq: number]>
  readWindow(
    ...args: Argument[]
  ): Promise<
    [seq: number, built: string, total: number, base: string, top: string[], aroundFirst: number, around: string[]]
  >
  applyContestFacts(...args: Argument[]): Promise<number>
  celebrateOnce(...args: Argument[]): Promise<0 | 1>
}

const keysOfScript = { applyStandings: 5, readWindow: 5, applyContestFacts: 17, celebrateOnce: 1 }

/** Teaches a connection the scripts. */
export function defineScripts(redis: Redis): asserts redis is Redis & Scripts {
  for (const [name, numberOfKeys] of Object.entries(keysOfScript)) {
    const lua = readFileSync(new URL(`./lua/${name}-${numberOfKeys}.lua`, import.meta.url), 'utf8')
    redis.defineCommand(name, { numberOfKeys, lua })
  }
}
