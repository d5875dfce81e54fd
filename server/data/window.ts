import { newestRevisionNumbers } from './activities.ts'
import type { ActivityDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'

const perChunk = 2000

/** Newest revisions of the activities that happened in [fromMs, toMs), newest first, at most `most`, in chunks. */
export async function* activitiesInWindow(
  mongo: Mongo,
  { org, fromMs, toMs, most }: { org: string; fromMs: number; toMs: number; most: number },
): AsyncGenerator<ActivityDoc[]> {
  const cursor = mongo.activities.collection
    .find(
      { org, occurredAt: { $gte: new Date(fromMs), $lt: new Date(toMs) } },
      { batchSize: perChunk, maxTimeMS: 20_000 },
    )
    .sort({ org: 1, occurredAt: -1 })
    .limit(most)
  let chunk: ActivityDoc[] = []
  for await (const doc of cursor as unknown as AsyncIterable<ActivityDoc>) {
    chunk.push(doc)
    if (chunk.length < perChunk) continue
    yield await newestOnly(mongo, chunk)
    chunk = []
  }
  if (chunk.length > 0) yield await newestOnly(mongo, chunk)
}

async function newestOnly(mongo: Mongo, docs: ActivityDoc[]): Promise<ActivityDoc[]> {
  const newest = await newestRevisionNumbers(mongo, [...new Set(docs.map((doc) => doc.key))])
  return docs.filter((doc) => newest.get(doc.key) === doc.revision)
}
