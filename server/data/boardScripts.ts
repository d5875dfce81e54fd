import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

type Argument = string | number

/** The Lua scripts of server/data/lua, each named `verbNoun-<number of keys>.lua`, as methods of a connection. */
export interface BoardScripts {
  applyStandings(...args: Argument[]): Promise<[changed: number, seq: number]>
  readWindow(
    ...args: Argument[]
  ): Promise<
    [seq: number, built: string, total: number, base: string, top: string[], aroundFirst: number, around: string[]]
  >
}

/** Teaches a connection the scripts. */
export function defineBoardScripts(redis: Redis): asserts redis is Redis & BoardScripts {
  for (const name of ['applyStandings', 'readWindow']) {
    const lua = readFileSync(new URL(`./lua/${name}-5.lua`, import.meta.url), 'utf8')
    redis.defineCommand(name, { numberOfKeys: 5, lua })
  }
}
