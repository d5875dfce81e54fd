import { type Document, Long, UUID } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { rawCommand } from './raw.ts'
import { CODE_NAMES, FULL } from './refusals/refusal.ts'
import { CURSORS, type LateRefusal, type Step, TRANSACTIONS } from './refusals/transactions.ts'

let store: TestDocstore

beforeAll(async () => {
  store = await startDocstore()
  await rawCommand(store.socket, { insert: 'full', documents: [...FULL], $db: 'refuse' })
})
afterAll(() => store?.stop())

interface Row {
  readonly sessions: Record<'a' | 'b', Document>
  cursor: unknown
}

/** The command of a step, with the sessions and the cursor of its row. */
const commandOf = ({ in: place = {}, ...command }: Step, row: Row): Document => {
  const { session, number, part } = place
  if (command.getMore) command.getMore = row.cursor
  if (command.killCursors) command.cursors = [row.cursor]
  for (const name of ['endSessions', 'killSessions']) if (command[name]?.[0] === 'a') command[name] = [row.sessions.a]
  return {
    ...command,
    $db: command.$db ?? 'refuse',
    ...(session && { lsid: row.sessions[session] }),
    ...(number !== undefined && { txnNumber: Long.fromNumber(number) }),
    ...((part === 'first' || part === 'later') && { autocommit: false }),
    ...(part === 'first' && { startTransaction: true }),
  }
}

const ask = async (step: Step, row: Row): Promise<Document> => {
  const reply = await rawCommand(store.socket, commandOf(step, row))
  if (typeof reply === 'string') throw new Error(`the connection is ${reply}`)
  if (reply.cursor?.id && step.find) row.cursor = Long.fromBigInt(BigInt(reply.cursor.id))
  return reply
}

const refuses = (kind: string, rows: readonly LateRefusal[]): unknown =>
  describe(`${kind}: refused is`, () => {
    for (const [what, before, last, code, says = ''] of rows)
      it(what, async () => {
        const row: Row = { sessions: { a: { id: new UUID() }, b: { id: new UUID() } }, cursor: undefined }
        for (const step of before) expect(await ask(step, row)).toMatchObject({ ok: 1 })
        expect(await ask(last, row)).toMatchObject({
          ok: 0,
          code,
          codeName: CODE_NAMES[code] ?? `Location${code}`,
          errmsg: expect.stringContaining(says),
        })
      })
  })

refuses('transactions', TRANSACTIONS)
refuses('cursors', CURSORS)

describe('databases: refused is', () => {
  it('a second one whose name differs only in case', async () => {
    const command = { create: 'x', $db: 'REFUSE' }
    expect(await rawCommand(store.socket, command)).toMatchObject({ code: 13297, codeName: 'DatabaseDifferCase' })
    expect(await rawCommand(store.socket, { find: 'x', $db: 'REFUSE' })).toMatchObject({ ok: 1 })
  })
})
