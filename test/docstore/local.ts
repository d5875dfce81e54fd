import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, deserialize, serialize } from 'bson'
import { docValue } from '../../docstore/bson/value.ts'
import { type Engine, openEngine } from '../../docstore/engine.ts'
import { CommandError } from '../../docstore/errors.ts'
import { execute } from '../../docstore/execute.ts'
import { errorReply } from '../../docstore/reply.ts'

/** How the commands of tests come in. */
export const CONNECTION = { connectionId: 1, address: 'localhost:27017' }

/** docstore without its process and socket: commands go straight in. */
export interface Local {
  readonly engine: Engine
  /** the reply, also of a command that failed */
  readonly run: (command: Document) => Document
  readonly close: () => void
}

/** Opens a store of a test's own in a temporary folder. `now` is its clock. */
export const openLocal = (now: () => number = Date.now): Local => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-local-'))
  const engine = openEngine(folder, now)
  const run = (command: Document): Document => {
    const body = docValue(Buffer.from(serialize({ ...command, $db: command.$db ?? 'test' })))
    let reply: Buffer
    try {
      reply = execute(engine, { id: 1, legacy: false, silent: false, body, sequences: new Map() }, CONNECTION)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      reply = errorReply(error)
    }
    engine.commit.flush()
    return deserialize(reply)
  }
  const close = (): void => {
    void engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { engine, run, close }
}

/** Documents a find gives, all of them. */
export const found = (local: Local, command: Document): Document[] => {
  const reply = local.run({ ...command, batchSize: 100_000 })
  if (!reply.cursor) throw new Error(`${reply.code} ${reply.errmsg}`)
  return reply.cursor.firstBatch
}

/** The index the plan of a find uses, 'scan' or 'union'; with '+sort' when the order must be made afterwards. */
export const planOf = (local: Local, command: Document): string => {
  const reply = local.run({ explain: command, verbosity: 'queryPlanner' })
  let stage = reply.queryPlanner.winningPlan
  let sort = ''
  while (stage.inputStage && stage.stage !== 'SUBPLAN') {
    if (stage.stage === 'SORT') sort = '+sort'
    stage = stage.inputStage
  }
  if (stage.stage === 'COLLSCAN') return `scan${sort}`
  return stage.stage === 'IXSCAN' ? `${stage.indexName}${sort}` : `union${sort}`
}
