import { setTimeout as sleep } from 'node:timers/promises'
import type { Standing } from '#shared/board.ts'
import { localDay } from '#shared/period.ts'
import { contains, type MeasuredStanding } from '#shared/standing.ts'
import { boardInputs } from './boardInputs.ts'
import {
  type BoardInstance,
  builtIn,
  instanceKeys,
  measureMembers,
  writeMorningRanks,
  writeStandings,
} from './boards.ts'
import type { Definitions } from './definitions.ts'
import type { TallyPageDoc } from './documents.ts'
import type { Stores } from './stores.ts'
import { onlyMetrics, pageOf, partsOf, type TallyPage } from './tallyPage.ts'

const lockMs = 30_000
const membersPerWrite = 500

/**
 * Makes sure that every member of an instance has been written since its keys were made: derives it from the tallies
 * when not (a new period, a changed board, an emptied Redis). One process builds, the others wait, at most `waitMs`.
 * Answers whether it is built.
 */
export async function ensureBuilt(
  stores: Stores,
  definitions: Definitions,
  instance: BoardInstance,
  waitMs = 10_000,
): Promise<boolean> {
  const meta = instanceKeys(definitions, instance)[2] as string
  const lock = `${meta}:lock`
  for (let waited = 0; waited <= waitMs; waited += 50) {
    if ((await builtIn(stores, definitions, instance)).built) return true
    if (await stores.redis.set(lock, '1', 'PX', lockMs, 'NX')) {
      try {
        await buildInstance(stores, definitions, instance)
      } finally {
        await stores.redis.del(lock)
      }
      // Looked at once more: the node may have lost some of it meanwhile.
      continue
    }
    await sleep(50)
  }
  return false
}

/** Derives a whole instance from the tallies; harmless beside live scoring, since the newer standing wins. */
export async function buildInstance(
  stores: Stores,
  definitions: Definitions,
  instance: BoardInstance,
  onProgress: (members: number) => void = () => undefined,
): Promise<number> {
  const nowMs = Date.now()
  let members = 0
  let open: TallyPage[] = []
  const morning = morningOf(definitions, instance, nowMs)
  const { history } = await builtIn(stores, definitions, instance)
  const atDawn: Standing[] = []
  const flush = async (pages: TallyPage[], completeIn: string | null) => {
    const standings = measureMembers(definitions, instance, pages, nowMs)
    const dawn = morning ? measureMembers(definitions, morning, pages, nowMs).filter(isPlaced) : []
    atDawn.push(...dawn)
    await writeStandings(stores, definitions, instance, { standings, nowMs, completeIn, dawn })
    members += standings.length
    onProgress(members)
  }
  for await (const page of pagesOfInstance(stores, definitions, instance)) {
    // Team boards gather several teams' pages into one member, so those are kept together.
    const full = instance.board.audience.of === 'people' && open.length >= membersPerWrite * 4
    if (full && open[open.length - 1]?.memberId !== page.memberId) {
      await flush(open, null)
      open = []
    }
    open.push(page)
  }
  await flush(open, history)
  if (morning) await writeMorningRanks(stores, definitions, morning, { standings: atDawn, nowMs })
  return members
}

/** The same instance as it stood when today began: what movement is measured against. Boards of one day have no yesterday. */
function morningOf(definitions: Definitions, instance: BoardInstance, nowMs: number): BoardInstance | null {
  const today = localDay(nowMs, definitions.organization.zone)
  const { period, board } = instance
  return contains(period, today) && board.cycle.every !== 'day'
    ? { ...instance, period: { ...period, toDay: today } }
    : null
}

function isPlaced(standing: MeasuredStanding): standing is Standing {
  return standing.value !== null
}

async function* pagesOfInstance(
  stores: Stores,
  definitions: Definitions,
  { board, period }: BoardInstance,
): AsyncGenerator<TallyPage> {
  const inputs = [...boardInputs(definitions, board)]
  const cursor = stores.mongo.tallies.collection
    .find(
      {
        org: definitions.organization.id,
        of: board.audience.of,
        part: { $in: partsOf(inputs) },
        month: { $gte: period.fromDay?.slice(0, 7) ?? '', $lte: period.toDay?.slice(0, 7) ?? '~' },
      },
      { projection: onlyMetrics(inputs), maxTimeMS: 60_000, batchSize: 1000 },
    )
    .sort({ memberId: 1 })
  for await (const doc of cursor) yield pageOf(doc as unknown as TallyPageDoc)
}
