import { newestRevisionNumbers } from './activities.ts'
import type { ActivityDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'

const perChunk = 2000

/** Some of what a window holds: how many revisions were read, and those of them that are the newest of their activity. */
interface WindowChunk {
  read: number
  newest: ActivityDoc[]
}

/** The activities that happened in [fromMs, toMs), newest first, in chunks; at most `most` revisions are read. */
export async function* activitiesInWindow(
  mongo: Mongo,
  { org, fromMs, toMs, most }: { org: string; fromMs: number; toMs: number; most: number },
): AsyncGenerator<WindowChunk> {
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
    yield { read: chunk.length, newest: await newestOnly(mongo, chunk) }
    chunk = []
  }
  if (chunk.length > 0) yield { read: chunk.length, newest: await newestOnly(mongo, chunk) }
}

async function newestOnly(mongo: Mongo, docs: ActivityDoc[]): Promise<ActivityDoc[]> {
  const newest = await newestRevisionNumbers(mongo, [...new Set(docs.map((doc) => doc.key))])
  return docs.filter((doc) => newest.get(doc.key) === doc.revision)
}
