import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** What a round did: pages in the log, pages of it that are in the database file by now; or what failed. */
export interface Round {
  readonly log: number
  readonly copied: number
  readonly error?: { readonly message: string; readonly code: number }
}

const sqlite = new DatabaseSync(workerData as string, { timeout: 0 })
sqlite.exec('PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-1024')
const copy = sqlite.prepare('PRAGMA wal_checkpoint(PASSIVE)')

const round = (): Round => {
  try {
    const { log, checkpointed } = copy.get() as { log: number; checkpointed: number }
    return { log, copied: checkpointed }
  } catch (error) {
    const { message, errcode } = error as { message: string; errcode?: number }
    return { log: 0, copied: 0, error: { message, code: errcode ?? 0 } }
  }
}

parentPort?.on('message', (wish: 'copy' | 'close') => {
  if (wish === 'copy') {
    parentPort?.postMessage(round())
    return
  }
  sqlite.close()
  parentPort?.close()
})
