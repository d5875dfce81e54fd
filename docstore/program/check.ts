import { Catalog } from '../store/catalog.ts'
import { checkCollection } from '../store/check.ts'
import { openBeside } from './backup.ts'
import { print } from './die.ts'

/** Looks through a data folder: SQLite's own check, and every document against its indexes. Gives false if anything is wrong. */
export const check = (dataDir: string): boolean => {
  const db = openBeside(dataDir)
  try {
    // one snapshot, whatever a running server does meanwhile
    db.exec('PRAGMA query_only=ON; BEGIN')
    const errors = db
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => String(row.integrity_check))
      .filter((said) => said !== 'ok')
    let documents = 0
    const collections = new Catalog(db, true).list().filter(({ options }) => !options.viewOn)
    for (const collection of collections) {
      for (const { labels } of collection.indexes) if (labels) labels.readOnly = true
      const found = checkCollection(collection)
      documents += found.records
      errors.push(...found.errors.map((error) => `${collection.ns}: ${error}`))
    }
    db.exec('COMMIT')
    print({ ok: errors.length === 0, collections: collections.length, documents, errors: errors.slice(0, 100) })
    return errors.length === 0
  } finally {
    db.close()
  }
}
