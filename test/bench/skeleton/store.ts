import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SkeletonEvent } from './eventSchema.ts'

/** The skeleton's database: SQLite in its own process, WAL, synchronous NORMAL; one transaction a request. */
export function openStore(folder: string): (events: readonly SkeletonEvent[]) => void {
  const db = new DatabaseSync(join(folder, 'events.db'))
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  db.exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID')
  const insert = db.prepare('INSERT OR IGNORE INTO events (id, body) VALUES (?, ?)')
  return (events) => {
    if (events.length > 1) db.exec('BEGIN')
    for (const event of events) insert.run(event.externalId, JSON.stringify(event))
    if (events.length > 1) db.exec('COMMIT')
  }
}
