import { hostname } from 'node:os'
import type { Document } from 'bson'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { MAX_CONNECTIONS } from '../metrics.ts'
import { okReply } from '../reply.ts'
import { VERSION } from './version.ts'

const pragma = (engine: Engine, name: string): number =>
  Number(Object.values(engine.sqlite.prepare(`PRAGMA ${name}`).get() ?? {})[0])

/** The part that only docstore has: what its file and its disk do. All sizes in bytes, all times in milliseconds. */
const own = (engine: Engine): Document => {
  const { commit, checkpointer } = engine
  const page = pragma(engine, 'page_size')
  const { logPages, ...checkpoint } = checkpointer.figures
  return {
    commit: {
      ...commit.figures,
      meanSyncMs: commit.figures.syncs ? commit.figures.syncMs / commit.figures.syncs : 0,
    },
    checkpoint,
    file: {
      bytes: pragma(engine, 'page_count') * page,
      freeBytes: pragma(engine, 'freelist_count') * page,
      logBytes: logPages * page,
    },
    cache: { limitBytes: Math.abs(pragma(engine, 'cache_size')) * 1024, sessions: engine.sessions.size },
    slowCommands: engine.metrics.slow,
    failedCommands: engine.metrics.failed,
  }
}

/** Figures for monitoring, named as MongoDB names them where it has them. */
export const serverStatus: Command = {
  fields: fields(),
  open: true,
  run: ({ engine }) => {
    const uptimeMs = engine.now() - engine.startedAtMs
    const { connections, opcounters, network } = engine.metrics
    return okReply({
      host: hostname(),
      version: VERSION,
      process: 'docstore',
      pid: process.pid,
      uptime: uptimeMs / 1000,
      uptimeMillis: uptimeMs,
      localTime: new Date(engine.now()),
      connections: { ...connections, available: MAX_CONNECTIONS - connections.current, active: connections.current },
      opcounters,
      network,
      transactions: { currentOpen: engine.transactions.size },
      mem: { bits: 64, resident: Math.floor(process.memoryUsage.rss() / 2 ** 20), supported: true },
      storageEngine: { name: 'sqlite', persistent: true },
      metrics: { cursor: { open: { total: engine.cursors.size } } },
      docstore: own(engine),
    })
  },
}
