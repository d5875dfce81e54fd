import { expect } from 'vitest'
import type { Mongo } from '#server/data/mongo.ts'
import type { Answer } from './caller.ts'

/** Every command by which the product reads and writes. */
export const allCommands = ['find', 'getMore', 'aggregate', 'insert', 'update', 'delete', 'findAndModify', 'bulkWrite']

/** A database that gives up on what it is asked; the driver does not ask again by itself. */
export const tooLong = { errorCode: 50 }

/** What a docstore is started with that shall fail on command. */
export const failable = ['--test-commands']

/**
 * Has a docstore that was started as `failable` fail commands on purpose; answers how often the fail point before
 * it was reached.
 */
export async function failPoint(
  mongo: Mongo,
  mode: 'off' | 'alwaysOn' | { skip: number } | { times: number },
  data: object = {},
): Promise<number> {
  const admin = mongo.connection.getClient().db('admin')
  const { count } = await admin.command({ configureFailPoint: 'failCommand', mode, data })
  return Number(count)
}

/** Has every command of some kinds fail, as `data` says, while something is done. */
export async function failing<T>(mongo: Mongo, data: object, work: () => Promise<T>): Promise<T> {
  await failPoint(mongo, 'alwaysOn', data)
  return await work().finally(() => failPoint(mongo, 'off'))
}

const mostCommands = 100

/**
 * Tries something for each command that it sends, with a database that fails from that command on, until it is through before
 * any fails. `prepare` is told which try it is and answers what is tried, and what is done when the database is well again.
 */
export async function atEachCommand<T>(
  mongo: Mongo,
  prepare: (at: number) => Promise<{ attempt(): Promise<T>; healed(got: T): Promise<void> }>,
  fault: object = tooLong,
): Promise<void> {
  for (let at = 0; at < mostCommands; at++) {
    const { attempt, healed } = await prepare(at)
    await failPoint(mongo, { skip: at }, { failCommands: allCommands, ...fault })
    let reached = 0
    const got = await attempt().finally(async () => {
      reached = await failPoint(mongo, 'off')
    })
    await healed(got)
    if (reached <= at) return
  }
  throw new Error(`It sends more than ${mostCommands} commands`)
}

/** A request that is sent again when it was refused, and what must be so after it was taken. */
export interface Request {
  send(): Promise<Answer>
  /** What it is answered when it is taken; the first, unless it was done already by the first attempt. */
  statuses: readonly number[]
  right?(answer: Answer): Promise<void>
}

/** Sends a request at each of its commands in turn, and once more when the database is well again. */
export async function retryAtEachCommand(mongo: Mongo, prepare: (at: number) => Promise<Request>): Promise<void> {
  const next = async (at: number) => {
    const { send, statuses, right } = await prepare(at)
    return {
      attempt: send,
      async healed(first: Answer) {
        expect([503, statuses[0]], `at command ${at}: ${JSON.stringify(first.body)}`).toContain(first.status)
        const answer = first.status === 503 ? await send() : first
        expect(statuses, `again after command ${at}: ${JSON.stringify(answer.body)}`).toContain(answer.status)
        await right?.(answer)
      },
    }
  }
  await atEachCommand(mongo, next)
}
