import type { Command } from '../command.ts'
import { TRANSACTION_COMMANDS } from '../transaction-commands.ts'
import { ADMIN } from './admin.ts'
import { aggregate } from './aggregate.ts'
import { bulkWrite } from './bulk-write.ts'
import { collMod } from './coll-mod.ts'
import { create, drop, dropDatabase, listCollections, listDatabases, renameCollection } from './collections.ts'
import { compact } from './compact.ts'
import { cloneCollectionAsCapped, convertToCapped } from './convert-to-capped.ts'
import { count, distinct } from './count.ts'
import { getMore, killCursors } from './cursor-commands.ts'
import { remove } from './delete.ts'
import { explainAmong } from './explain.ts'
import { configureFailPoint } from './fail-point-command.ts'
import { find } from './find.ts'
import { findAndModify } from './find-and-modify.ts'
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts'
import { insert } from './insert.ts'
import { OPERATION_COMMANDS } from './operations.ts'
import { SEARCH_INDEX_COMMANDS } from './search-indexes.ts'
import { SESSION_COMMANDS } from './session-commands.ts'
import { collStatsCommand, dbStats } from './statistics.ts'
import { update } from './update.ts'
import { validate } from './validate.ts'

/** Every command by its name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    ...ADMIN,
    ...SESSION_COMMANDS,
    ...TRANSACTION_COMMANDS,
    ...SEARCH_INDEX_COMMANDS,
    ...OPERATION_COMMANDS,
    configureFailPoint,
    bulkWrite,
    insert,
    update,
    delete: remove,
    find,
    getMore,
    killCursors,
    findAndModify,
    findandmodify: findAndModify,
    aggregate,
    count,
    distinct,
    explain: explainAmong((name) => COMMANDS.has(name)),
    create,
    drop,
    dropDatabase,
    renameCollection,
    collMod,
    convertToCapped,
    cloneCollectionAsCapped,
    listCollections,
    listDatabases,
    createIndexes,
    listIndexes,
    dropIndexes,
    deleteIndexes: dropIndexes,
    collStats: collStatsCommand,
    dbStats,
    validate,
    compact,
  }),
)
