import type { RunningLine } from '../support/line.ts'
import { startNode, startRedis, temporaryFolder } from '../support/processes.ts'

/** Starts the bare skeleton: Redis, web and worker as processes of their own on a temporary folder. */
export async function startSkeleton(): Promise<RunningLine> {
  const { folder, remove } = temporaryFolder('skeleton')
  const redis = await startRedis(folder)
  const env = { REDIS_URL: redis.url, DATA_DIR: folder }
  const worker = await startNode('test/bench/skeleton/worker.ts', { env })
  const web = await startNode('test/bench/skeleton/web.ts', { env })
  return {
    line: {
      kind: 'skeleton',
      port: Number(web.facts.port),
      postPath: '/events',
      postHeaders: {},
      viewHeaders: {},
      boardId: '',
      pids: { web: web.pid, worker: worker.pid, redis: redis.pid },
    },
    async stop() {
      await web.stop()
      await worker.stop()
      await redis.stop()
      remove()
    },
  }
}
