import type { RunningLine } from '../support/line.ts'
import { startDatabase, startNode, startRedis, temporaryFolder } from '../support/processes.ts'
import { org } from './floor.ts'
import { seed } from './seed.ts'

/** The product's addresses, for parts that reach into its stores. */
export interface ProductLine extends RunningLine {
  env: { MONGODB_URL: string; REDIS_URL: string }
  org: string
}

/** Node arguments by process, from `--profile web,worker,docstore`: profiles are written to the working folder when it ends. */
export type Profiled = ReadonlySet<string>

/** Starts the product: stores, server and workers as real processes on temporary folders. */
export async function startProduct(profiled: Profiled): Promise<ProductLine> {
  const { folder, remove } = temporaryFolder('product')
  const redis = await startRedis(folder)
  const nodeArgs = (name: string) =>
    profiled.has(name)
      ? ['--cpu-prof', '--cpu-prof-name', `bench-${name}.cpuprofile`, '--cpu-prof-interval', '500']
      : []
  const database = await startDatabase(folder, nodeArgs('docstore'))
  const stores = { MONGODB_URL: database.url, REDIS_URL: redis.url }
  const { key, session, shownBoardId } = await seed(stores)
  const env = { ...stores, PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'warn', PUBLIC_URL: undefined }
  const worker = await startNode('workers/main.ts', { env, nodeArgs: nodeArgs('worker') })
  const web = await startNode('server/main.ts', { env, nodeArgs: nodeArgs('web') })
  return {
    env: stores,
    org,
    line: {
      kind: 'product',
      port: Number(new URL(String(web.facts.url)).port),
      postPath: '/api/v1/activities',
      postHeaders: { Authorization: `Bearer ${key}` },
      viewHeaders: { Cookie: `pitboard_session=${session}` },
      boardId: shownBoardId,
      pids: { web: web.pid, worker: worker.pid, redis: redis.pid, docstore: database.pid },
    },
    async stop() {
      await web.stop()
      await worker.stop()
      await database.stop()
      await redis.stop()
      remove()
    },
  }
}
