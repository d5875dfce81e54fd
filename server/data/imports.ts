import type { ImportBadRow, ImportState, ImportSummary } from '#shared/contract/import.ts'
import type { ImportDoc } from './importCollections.ts'
import { withLock } from './lock.ts'
import type { Mongo } from './mongo.ts'
import { key } from './redis.ts'
import type { Stores } from './stores.ts'
import { newId } from './tokens.ts'

/** Imports that an organization keeps, and sees listed. */
const maxKept = 50
const maxShownBadRows = 100
/** A server that has said nothing of its import for so long is gone. */
export const silentMs = 30_000
/** Bad rows of a page, so that one that grows is cheap to write again. */
export const badRowsPerPage = 250

/** What of an import changes while it runs. */
export type ImportProgress = Pick<
  ImportDoc,
  'done' | 'total' | 'accepted' | 'duplicate' | 'skipped' | 'bad' | 'people' | 'problem'
>

/**
 * Notes a new import, unless one of the organization is running: then `null`. Those whose server is gone are marked so,
 * and all but the last 50 are forgotten.
 */
export async function beginImport(
  { mongo, redis }: Pick<Stores, 'mongo' | 'redis'>,
  { org, nowMs, ...what }: Pick<ImportDoc, 'org' | 'sourceId' | 'fileName' | 'dryRun' | 'total'> & { nowMs: number },
): Promise<string | null> {
  return await withLock(redis, key(org, 'lock', 'imports'), async () => {
    await mongo.imports.updateMany(
      { org, phase: 'reading', beatAt: { $lt: new Date(nowMs - silentMs) } },
      { $set: { phase: 'interrupted', endedAt: new Date(nowMs) } },
    )
    if (await importIsRunning(mongo, org, nowMs)) return null
    const _id = newId()
    const now = new Date(nowMs)
    const counts = { done: 0, accepted: 0, duplicate: 0, skipped: 0, bad: 0 }
    const fresh = { phase: 'reading' as const, endedAt: null, cancelAsked: false, people: null, problem: null }
    await mongo.imports.create({ _id, org, ...what, ...counts, ...fresh, startedAt: now, beatAt: now })
    await forgetOld(mongo, org)
    return _id
  })
}

/** Is a server reading a file of this organization? */
export async function importIsRunning(mongo: Mongo, org: string, nowMs: number): Promise<boolean> {
  const alive = { org, phase: 'reading', beatAt: { $gte: new Date(nowMs - silentMs) } } as const
  return (await mongo.imports.countDocuments(alive).limit(1)) > 0
}

async function forgetOld(mongo: Mongo, org: string): Promise<void> {
  const old = await mongo.imports.find({ org }, { _id: 1 }).sort({ startedAt: -1 }).skip(maxKept).limit(100).lean()
  if (old.length === 0) return
  const ids = old.map(({ _id }) => _id)
  await mongo.importBadRows.deleteMany({ org, importId: { $in: ids } })
  await mongo.imports.deleteMany({ org, _id: { $in: ids } })
}

/** Says that an import is alive, and how far; answers whether it may go on. */
export async function beatImport(mongo: Mongo, id: string, progress: ImportProgress): Promise<boolean> {
  const doc = await mongo.imports
    .findOneAndUpdate({ _id: id, phase: 'reading' }, { $set: { ...progress, beatAt: new Date() } })
    .lean()
  return doc !== null && !doc.cancelAsked
}

/** Notes how an import ended. */
export async function endImport(
  mongo: Mongo,
  id: string,
  phase: Exclude<ImportDoc['phase'], 'reading'>,
  progress: ImportProgress,
): Promise<void> {
  const endedAt = new Date()
  await mongo.imports.updateOne({ _id: id, phase: 'reading' }, { $set: { ...progress, phase, endedAt } })
}

/** Asks the server that reads a file to stop; answers whether there is such an import. */
export async function cancelImport(mongo: Mongo, org: string, id: string): Promise<boolean> {
  const { matchedCount } = await mongo.imports.updateOne({ _id: id, org }, { $set: { cancelAsked: true } })
  return matchedCount > 0
}

/** Writes a page of bad rows, or writes it again when it has grown. */
export async function writeBadRows(
  mongo: Mongo,
  { org, importId, page, rows }: { org: string; importId: string; page: number; rows: ImportBadRow[] },
): Promise<void> {
  const set = { $set: { org, importId, page, rows } }
  await mongo.importBadRows.updateOne({ _id: `${importId}.${page}` }, set, { upsert: true })
}

/** Bad rows of an import in the order in which they were found. */
export async function readBadRows(mongo: Mongo, org: string, importId: string): Promise<ImportBadRow[]> {
  const pages = await mongo.importBadRows.find({ org, importId }).sort({ page: 1 }).limit(100).lean()
  return pages.flatMap(({ rows }) => rows)
}

/** The last imports, newest first. */
export async function listImports(mongo: Mongo, org: string, nowMs: number): Promise<ImportSummary[]> {
  const docs = await mongo.imports.find({ org }).sort({ startedAt: -1 }).limit(maxKept).lean()
  return docs.map((doc) => summaryOf(doc, nowMs))
}

/** One import with its first bad rows, or `null`. */
export async function readImport(mongo: Mongo, org: string, id: string, nowMs: number): Promise<ImportState | null> {
  const doc = await mongo.imports.findOne({ _id: id, org }).lean()
  if (!doc) return null
  const page = doc.bad === 0 ? null : await mongo.importBadRows.findOne({ _id: `${id}.0`, org }).lean()
  return { ...summaryOf(doc, nowMs), badRows: page?.rows.slice(0, maxShownBadRows) ?? [] }
}

function summaryOf(doc: ImportDoc, nowMs: number): ImportSummary {
  const { _id, org: _o, phase, startedAt, beatAt, endedAt, cancelAsked: _c, ...rest } = doc
  return {
    id: _id,
    ...rest,
    phase: phase === 'reading' && beatAt.getTime() < nowMs - silentMs ? 'interrupted' : phase,
    startedAtMs: startedAt.getTime(),
    endedAtMs: endedAt?.getTime() ?? null,
  }
}
