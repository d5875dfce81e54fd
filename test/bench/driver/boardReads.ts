import { type BoardInstance, boardInstance, readWindow } from '#server/data/boards.ts'
import { type Definitions, definitionsOf } from '#server/data/definitions.ts'
import { openStores, type Stores } from '#server/data/stores.ts'
import { localDay } from '#shared/period.ts'
import { loadBoardId, org } from '../product/floor.ts'
import type { Line } from '../support/line.ts'
import { quantile } from '../support/stats.ts'
import { fillBoard } from './fillBoard.ts'
import { HttpConnection } from './httpConnection.ts'

export interface BoardReads {
  line: Line
  env: { MONGODB_URL: string; REDIS_URL: string }
  sizes: number[]
  reads: number
}

export interface BoardReadsResult {
  size: number
  /** Time inside Redis for the first 50 rows, µs. */
  serverUs: number
  /** Median of a GET of the same through the API, and of the plainest GET there is, ms. */
  apiMs: number
  floorMs: number
}

/** Reads the first 50 rows of boards of several sizes. */
export async function boardReads({ line, env, sizes, reads }: BoardReads): Promise<BoardReadsResult[]> {
  const stores = await openStores(env)
  const definitions = (await definitionsOf(stores.mongo, org)) as Definitions
  const connection = new HttpConnection(line.port)
  const results: BoardReadsResult[] = []
  for (const [index, size] of sizes.entries()) {
    const instance = instanceOf(definitions, index)
    await fillBoard(stores, definitions, instance, size)
    const path = `/api/v1/boards/${instance.board.id}/view?top=50`
    const serverUs = await windowUs(stores, definitions, instance, reads)
    const { apiMs, floorMs } = await apiTimes(connection, path, line.viewHeaders, reads)
    results.push({ size, serverUs, apiMs, floorMs })
  }
  connection.close()
  await stores.close()
  return results
}

async function windowUs(
  stores: Stores,
  definitions: Definitions,
  instance: BoardInstance,
  reads: number,
): Promise<number> {
  const nowMs = Date.now()
  const read = () => readWindow(stores, definitions, instance, { top: 50, around: null, nowMs })
  await read()
  await stores.redis.config('RESETSTAT')
  for (let done = 0; done < reads; done++) await read()
  const stats = await stores.redis.info('commandstats')
  return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(stats)?.[1])
}

/** Asks for the board and for nothing in turn, so that both meet the same machine. */
async function apiTimes(
  connection: HttpConnection,
  path: string,
  headers: Record<string, string>,
  reads: number,
): Promise<{ apiMs: number; floorMs: number }> {
  const timed = async (path: string) => {
    const startMs = performance.now()
    const { status, body } = await connection.send('GET', path, headers)
    if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
    return performance.now() - startMs
  }
  const api: number[] = []
  const floor: number[] = []
  for (let done = 0; done < reads; done++) {
    floor.push(await timed('/healthz'))
    api.push(await timed(path))
  }
  return { apiMs: quantile(api, 0.5), floorMs: quantile(floor, 0.5) }
}

function instanceOf(definitions: Definitions, index: number): BoardInstance {
  const board = definitions.boards.find(({ id }) => id === loadBoardId(9 - index))
  const instance = board && boardInstance(definitions, board, localDay(Date.now(), definitions.organization.zone))
  if (!instance) throw new Error('The bench has no such board')
  return instance
}
