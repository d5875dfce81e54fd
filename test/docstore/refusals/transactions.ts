import { type Document, UUID } from 'bson'

/** One step: a command, and what it has of the sessions of its row. */
export type Step = Document & { readonly in?: Place }

/** Session `a` or `b`, the number of a transaction or write, and whether it begins a transaction or is part of one. */
export interface Place {
  readonly session?: 'a' | 'b'
  readonly number?: number
  readonly part?: 'first' | 'later' | 'none'
}

/** What is refused, what goes before it without a mistake, the command, the code, and a piece of the message. */
export type LateRefusal = readonly [what: string, before: readonly Step[], last: Step, code: number, says?: string]

const first = (number = 1): Place => ({ session: 'a', number, part: 'first' })
const later = (number = 1): Place => ({ session: 'a', number, part: 'later' })
const write = (number = 1): Place => ({ session: 'a', number, part: 'none' })
const find = (where: Place): Step => ({ find: 'full', in: where })
const insert = (where: Place, more: Document = {}): Step => ({ insert: 'gone', documents: [{}], ...more, in: where })
const commit = (where: Place): Step => ({ commitTransaction: 1, $db: 'admin', in: where })
const abort = (where: Place): Step => ({ abortTransaction: 1, $db: 'admin', in: where })
const pipeline = (...stages: Document[]): Step => ({ aggregate: 'full', pipeline: stages, cursor: {}, in: first() })
/** A cursor with more to give; `more` below asks it. */
const open = (where: Place = {}): Step => ({ find: 'full', batchSize: 1, in: where })
const more = (where: Place = {}, other: Document = {}): Step => ({
  getMore: 'last',
  collection: 'full',
  ...other,
  in: where,
})

const notAllowed = (command: Document): LateRefusal => {
  const [name] = Object.keys(command)
  return [
    `${name} in a transaction`,
    [],
    { ...command, in: first() },
    263,
    `Cannot run '${name}' in a multi-document transaction.`,
  ]
}

export const TRANSACTIONS: readonly LateRefusal[] = [
  ['a statement of a transaction nobody began', [], find(later()), 251, 'Given transaction number 1 does not match'],
  ['a commit of a transaction nobody began', [], commit(later()), 251],
  ['an abort of a transaction nobody began', [], abort(later()), 251],
  ['a statement of a transaction to come', [find(first())], find(later(2)), 251],
  ['a statement after a commit', [insert(first()), commit(later())], find(later()), 251],
  ['a statement after an abort', [find(first()), abort(later())], find(later()), 251],
  ['a second abort', [find(first()), abort(later())], abort(later()), 251],
  ['a commit after an abort', [find(first()), abort(later())], commit(later()), 251],
  [
    'an abort after a commit',
    [find(first()), commit(later())],
    abort(later()),
    256,
    'Transaction 1 has been committed.',
  ],
  ['an abort after two commits', [find(first()), commit(later()), commit(later())], abort(later()), 256],
  ['a transaction older than the open one', [find(first(5))], find(first(4)), 225],
  ['a statement of an older transaction', [find(first(5))], find(later(4)), 225],
  ['a commit of an older transaction', [find(first(4)), find(first(5))], commit(later(4)), 225],
  ['a transaction older than a committed one', [find(first(5)), commit(later(5))], find(first(4)), 225],
  ['a transaction older than a write', [insert(write(5))], find(first(4)), 225],
  ['a write older than the open transaction', [find(first(5))], insert(write(4)), 225],
  ['a write older than the last', [insert(write(5))], insert(write(4)), 225],
  ['a write with the number of the open transaction', [find(first())], insert(write()), 117],
  ['a write with the number of a committed transaction', [insert(first()), commit(later())], insert(write()), 217],
  ['a transaction begun twice', [find(first())], find(first()), 117],
  ['a commit beside the database admin', [find(first())], { commitTransaction: 1, in: later() }, 13, 'admin database'],
  ['an abort beside the database admin', [find(first())], { abortTransaction: 1, in: later() }, 13, 'admin database'],
  ['a commit outside of a transaction', [], commit({}), 125, 'must be run within a transaction'],
  ['startTransaction: false', [find(first())], { ...find(later()), startTransaction: false }, 72],
  ['autocommit: true', [], { ...find({ session: 'a', number: 1, part: 'none' }), autocommit: true }, 72],
  ['autocommit that is text', [], { ...find(write()), autocommit: 'x' }, 14],
  ['a transaction without a number', [], { ...find({ session: 'a' }), autocommit: false, startTransaction: true }, 72],
  ['a number without a session', [], find({ number: 1, part: 'none' }), 72],
  ['a number below zero', [], find(first(-1)), 72],
  ['a number of a read outside of a transaction', [], find(write()), 50768],
  ['a session that is text', [], { find: 'full', lsid: 'x' }, 14],
  ['a session without an id', [], { find: 'full', lsid: {} }, 40414],
  ['a session whose id is text', [], { find: 'full', lsid: { id: 'x' } }, 14],
  ['a session with a field nobody knows', [], { find: 'full', lsid: { id: new UUID(), foo: 1 } }, 40415],
  ['a write concern inside', [], insert(first(), { writeConcern: { w: 1 } }), 72],
  ['a read concern in the middle', [find(first())], { ...find(later()), readConcern: { level: 'snapshot' } }, 72],
  ['the read concern linearizable', [], { ...find(first()), readConcern: { level: 'linearizable' } }, 72],
  ['the read concern available', [], { ...find(first()), readConcern: { level: 'available' } }, 72],
  ['the database admin', [], { ...find(first()), $db: 'admin' }, 263],
  ['the database config', [], { ...find(first()), $db: 'config' }, 263],
  ['the database local', [], { ...find(first()), $db: 'local' }, 263],
  [
    'an index on a collection there is',
    [],
    { createIndexes: 'full', indexes: [{ key: { z: 1 }, name: 'z' }], in: first() },
    263,
  ],
  ['$out', [], pipeline({ $out: 'x' }), 263],
  ['$merge', [], pipeline({ $merge: { into: 'x' } }), 263],
  ['$collStats', [], pipeline({ $collStats: { count: {} } }), 263],
  ['$indexStats', [], pipeline({ $indexStats: {} }), 263],
  ['$unionWith', [], pipeline({ $unionWith: 'full' }), 263],
  notAllowed({ convertToCapped: 'full', size: 1 }),
  notAllowed({ setParameter: 1 }),
  notAllowed({ count: 'full' }),
  notAllowed({ drop: 'full' }),
  notAllowed({ dropDatabase: 1 }),
  notAllowed({ dropIndexes: 'full', index: 'x' }),
  notAllowed({ collMod: 'full' }),
  notAllowed({ listCollections: 1 }),
  notAllowed({ listIndexes: 'full' }),
  notAllowed({ explain: { find: 'full' } }),
  notAllowed({ collStats: 'full' }),
  notAllowed({ dbStats: 1 }),
  notAllowed({ validate: 'full' }),
  notAllowed({ ping: 1 }),
  notAllowed({ serverStatus: 1 }),
  notAllowed({ endSessions: [] }),
]

export const CURSORS: readonly LateRefusal[] = [
  [
    'more of a cursor of another collection',
    [open()],
    more({}, { collection: 'missing' }),
    13,
    'belongs to a different namespace',
  ],
  ['more of a cursor of another database', [open()], more({}, { $db: 'other' }), 13],
  ['more of a cursor that was closed', [open(), { killCursors: 'full', cursors: ['last'] }], more(), 43, 'not found'],
  ['more of a cursor that gave all', [open(), more()], more(), 43],
  ['more in a session, of a cursor that has none', [open()], more({ session: 'a' }), 50736],
  ['more without a session, of a cursor that has one', [open({ session: 'a' })], more(), 50737],
  ['more in another session', [open({ session: 'a' })], more({ session: 'b' }), 50738],
  ['more in a transaction, of a cursor from before', [open({ session: 'a' }), find(first())], more(later()), 50739],
  ['more outside of the transaction of a cursor', [open(first())], more({ session: 'a' }), 50740],
  [
    'more of a collection that was dropped',
    [{ insert: 'soon', documents: [{}, {}] }, { find: 'soon', batchSize: 1 }, { drop: 'soon' }],
    more({}, { collection: 'soon' }),
    175,
    'dropped',
  ],
  ['more after the commit', [open(first()), commit(later())], more({ session: 'a' }), 43],
  ['more after the abort', [open(first()), abort(later())], more({ session: 'a' }), 43],
  ['more in the next transaction', [open(first()), find(first(2))], more(later(2)), 43],
  ['more of a session that ended', [open({ session: 'a' }), { endSessions: ['a'] }], more({ session: 'a' }), 43],
  ['more of a session that was killed', [open({ session: 'a' }), { killSessions: ['a'] }], more({ session: 'a' }), 43],
  ['a limit of time for a cursor that does not wait', [open()], more({}, { maxTimeMS: 5 }), 2],
]
