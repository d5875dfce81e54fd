import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/** The Lua scripts of server/data/lua, each named `verbNoun-<number of keys>.lua`. */
export interface BoardScripts {
  applyStandings(...args: (string | number)[]): Promise<[changed: number, seq: number]>
}

/** Teaches a connection the scripts; afterwards they are methods of it. */
export function defineBoardScripts(redis: Redis): asserts redis is Redis & BoardScripts {
  redis.defineCommand('applyStandings', {
    numberOfKeys: 5,
    lua: readFileSync(new URL('./lua/applyStandings-5.lua', import.meta.url), 'utf8'),
  })
}
