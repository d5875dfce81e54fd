import { Redis } from 'ioredis'
import { type BoardInstance, boardInstance, builtIn, writeStandings } from '#server/data/boards.ts'
import { type Definitions, definitionsOf } from '#server/data/definitions.ts'
import { publishNews } from '#server/data/news.ts'
import { openStores } from '#server/data/stores.ts'
import { localDay } from '#shared/period.ts'
import { loadBoardId, org } from '../product/floor.ts'
import { amountMinor, personId } from '../support/line.ts'

/** Where a driver makes boards change: the product's stores, or the Redis of a server that only sends. */
export type EmitterAddress = { redisUrl: string } | { MONGODB_URL: string; REDIS_URL: string }

/** Makes channels (boards) change, and tells the frames that follow apart. */
export interface Emitter {
  emit(channel: number, seq: number): Promise<void>
  /** Which channel and seq a frame shows, by its first bytes; `null` for other frames. */
  read(text: string): { channel: number; seq: number } | null
  close(): Promise<void>
}

/** Rows that change each time: about 2 KB of patch. */
const rowsChanged = 6
const rowsShown = 50

/** Opens the emitter for an address. */
export async function openEmitter(address: EmitterAddress): Promise<Emitter> {
  return 'redisUrl' in address ? plainEmitter(address.redisUrl) : await boardEmitter(address)
}

function plainEmitter(url: string): Emitter {
  const redis = new Redis(url)
  return {
    async emit(channel, seq) {
      await redis.publish('emit', `${channel} ${seq}`)
    },
    read(text) {
      const found = /^42\["board",\{"channel":(\d+),"seq":(\d+)/.exec(text)
      return found && { channel: Number(found[1]), seq: Number(found[2]) }
    },
    async close() {
      redis.disconnect()
    },
  }
}

/** Writes standings the way the workers do, so that the server reads, compares and sends as ever. */
async function boardEmitter(env: { MONGODB_URL: string; REDIS_URL: string }): Promise<Emitter> {
  const stores = await openStores(env)
  const definitions = (await definitionsOf(stores.mongo, org)) as Definitions
  const firstSeqs = new Map<string, number>()
  // Larger than what an earlier run has left, and the order stays: rows change, ranks do not.
  const firstEntries = Date.now()
  const write = async (channel: number, seq: number, people: number[], complete: boolean) => {
    const nowMs = Date.now()
    const entries = firstEntries + seq
    const standings = people.map((person) => ({
      memberId: personId(person),
      entries,
      value: amountMinor * (rowsShown - person) + seq,
      second: seq,
      lastAtMs: nowMs,
    }))
    const instance = instanceOf(definitions, channel, nowMs)
    const completeIn = complete ? (await builtIn(stores, definitions, instance)).history : null
    return await writeStandings(stores, definitions, instance, { standings, nowMs, completeIn })
  }
  return {
    async emit(channel, seq) {
      const people = Array.from(
        { length: seq === 0 ? rowsShown : rowsChanged },
        (_, index) => (seq * rowsChanged + index) % rowsShown,
      )
      const { seq: written } = await write(channel, seq, people, seq === 0)
      const { board, period } = instanceOf(definitions, channel, Date.now())
      firstSeqs.set(board.id, firstSeqs.get(board.id) ?? written - seq)
      const { boardsVersion } = definitions
      await publishNews(stores.redis, org, [
        { type: 'board', boardId: board.id, boardsVersion, periodKey: period.key, seq: written },
      ])
    },
    read(text) {
      const found = /^42\["board:patch",\{"room":"board\/bench\/([\w-]+)\/.*?"seq":(\d+)/.exec(text)
      const boardId = found?.[1] ?? ''
      return found && { channel: channelOf(boardId), seq: Number(found[2]) - (firstSeqs.get(boardId) ?? 0) }
    },
    close: () => stores.close(),
  }
}

function channelOf(boardId: string): number {
  return Number(boardId.slice(boardId.lastIndexOf('-') + 1))
}

function instanceOf(definitions: Definitions, channel: number, nowMs: number): BoardInstance {
  const board = definitions.boards.find(({ id }) => id === loadBoardId(channel))
  const instance = board && boardInstance(definitions, board, localDay(nowMs, definitions.organization.zone))
  if (!instance) throw new Error('The bench has no such board')
  return instance
}
