import { readFileSync } from 'node:fs'
import type { Cluster, Redis } from 'ioredis'

/** A connection to Redis, whether that is one node, what sentinels watch, or a cluster. */
export type RedisClient = Redis | Cluster

type Argument = string | number

/** The Lua scripts of server/data/lua, each named `verbNoun-<number of keys>.lua`, as methods of a connection. */
export interface Scripts {
  applyStandings(...args: Argument[]): Promise<[changed: number, seq: number]>
  readWindow(
    ...args: Argument[]
  ): Promise<
    [seq: number, built: string, total: number, base: string, top: string[], aroundFirst: number, around: string[]]
  >
  readBuilt(meta: string): Promise<[built: '1' | '', history: string]>
  applyContestFacts(...args: Argument[]): Promise<number>
  celebrateOnce(...args: Argument[]): Promise<0 | 1>
}

const keysOfScript = { applyStandings: 5, readWindow: 5, readBuilt: 1, applyContestFacts: 17, celebrateOnce: 1 }

/** Teaches a connection the scripts. */
export function defineScripts(redis: RedisClient): asserts redis is RedisClient & Scripts {
  for (const [name, numberOfKeys] of Object.entries(keysOfScript)) {
    const lua = readFileSync(new URL(`./lua/${name}-${numberOfKeys}.lua`, import.meta.url), 'utf8')
    redis.defineCommand(name, { numberOfKeys, lua })
  }
}
