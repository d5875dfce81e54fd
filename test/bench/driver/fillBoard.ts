import { type BoardInstance, builtIn, writeStandings } from '#server/data/boards.ts'
import type { Definitions } from '#server/data/definitions.ts'
import type { Stores } from '#server/data/stores.ts'

const membersPerWrite = 10_000

/** Puts members on a board, with values that all differ. */
export async function fillBoard(
  stores: Stores,
  definitions: Definitions,
  instance: BoardInstance,
  size: number,
): Promise<void> {
  const nowMs = Date.now()
  const { history } = await builtIn(stores, definitions, instance)
  for (let at = 0; at < size; at += membersPerWrite) {
    const standings = Array.from({ length: Math.min(membersPerWrite, size - at) }, (_, index) => ({
      memberId: `member-${at + index}`,
      entries: nowMs,
      value: at + index,
      second: index,
      lastAtMs: nowMs,
    }))
    await writeStandings(stores, definitions, instance, {
      standings,
      nowMs,
      completeIn: at + membersPerWrite >= size ? history : null,
    })
  }
}
