import { type Document, Int32, Long } from 'bson'
import { changing, type Refusal } from './refusal.ts'

const inserting = (doc: Document): Document => ({ insert: 'any', documents: [doc] })

const deep = (levels: number): Document => {
  let doc: Document = {}
  for (let i = 1; i < levels; i++) doc = { a: doc }
  return doc
}

const text = (bytes: number): string => 'x'.repeat(bytes)
const MB = 1024 * 1024

export const DOCUMENTS: readonly Refusal[] = [
  ['a list as _id', inserting({ _id: [1] }), 53, "The '_id' value cannot be of type array"],
  ['a pattern as _id', inserting({ _id: /x/ }), 53, "The '_id' value cannot be of type regex"],
  ['an _id with a name with a dollar', inserting({ _id: { $a: 1 } }), 52, '$a'],
  ['a document of more than 180 levels', inserting(deep(182)), 15, '180'],
  ['a document of more than 16 MB', inserting({ s: text(16 * MB + 10) }), 2, 'object to insert too large'],
  [
    'an update to more than 16 MB',
    { update: 'full', updates: [{ q: { _id: 1 }, u: { $set: { x: text(8 * MB), y: text(8.5 * MB) } } }] },
    17419,
    'Resulting document after update is larger than',
  ],
  [
    'an update to more than 180 levels',
    { update: 'full', updates: [{ q: { _id: 1 }, u: { $set: { [`${'a.'.repeat(150)}b`]: deep(40) } } }] },
    15,
  ],
  [
    'no documents',
    { insert: 'any', documents: [] },
    16,
    'Write batch sizes must be between 1 and 100000. Got 0 operations.',
  ],
  [
    'too many documents',
    { insert: 'any', documents: Array.from({ length: 100_001 }, () => ({})) },
    16,
    'Got 100001 operations.',
  ],
  ['no updates', { update: 'any', updates: [] }, 16],
  ['no deletes', { delete: 'any', deletes: [] }, 16],
  [
    'documents that are no list',
    { insert: 'any', documents: {} },
    14,
    "BSON field 'insert.documents' is the wrong type 'object', expected type 'array'",
  ],
  [
    'documents that are numbers',
    { insert: 'any', documents: [1] },
    14,
    "BSON field 'insert.documents.0' is the wrong type 'int', expected type 'object'",
  ],
  ['documents left out', { insert: 'any' }, 40414, "BSON field 'insert.documents' is missing but a required field"],
  [
    'a delete without a limit',
    { delete: 'any', deletes: [{ q: {} }] },
    40414,
    "BSON field 'delete.deletes.limit' is missing but a required field",
  ],
  [
    'a delete without a filter',
    { delete: 'any', deletes: [{ limit: 1 }] },
    40414,
    "BSON field 'delete.deletes.q' is missing but a required field",
  ],
  [
    'a delete of two',
    { delete: 'any', deletes: [{ q: {}, limit: 2 }] },
    9,
    'The limit field in delete objects must be 0 or 1. Got 2',
  ],
  ['a delete of half a document', { delete: 'any', deletes: [{ q: {}, limit: 0.5 }] }, 9],
  [
    'an unknown field of a delete',
    { delete: 'any', deletes: [{ q: {}, limit: 1, foo: 1 }] },
    40415,
    "BSON field 'delete.deletes.foo' is an unknown field.",
  ],
  [
    'a delete with an unknown operator',
    { delete: 'any', deletes: [{ q: { a: { $foo: 1 } }, limit: 1 }] },
    2,
    'unknown operator: $foo',
  ],
  [
    'findAndModify without a change',
    { findAndModify: 'any', query: {} },
    9,
    'Either an update or remove=true must be specified',
  ],
  [
    'findAndModify with both changes',
    { findAndModify: 'any', query: {}, update: { a: 1 }, remove: true },
    9,
    'Cannot specify both an update and remove=true',
  ],
  [
    'findAndModify that removes and makes',
    { findAndModify: 'any', query: {}, upsert: true, remove: true },
    9,
    'Cannot specify both upsert=true and remove=true',
  ],
  [
    'findAndModify that removes and shows the new',
    { findAndModify: 'any', query: {}, new: true, remove: true },
    9,
    'Cannot specify both new=true and remove=true',
  ],
  ['findAndModify with text for remove', { findAndModify: 'any', query: {}, remove: 'yes' }, 14],
  ['findAndModify with an unknown modifier', { findAndModify: 'any', query: {}, update: { $foo: { a: 1 } } }, 9],
  [
    'findAndModify with an unknown operator',
    { findAndModify: 'any', query: { a: { $foo: 1 } }, update: { $set: { a: 1 } } },
    2,
  ],
  [
    'findAndModify with mixed fields',
    { findAndModify: 'any', query: {}, update: { $set: { a: 1 } }, fields: { a: 1, b: 0 } },
    31254,
  ],
  [
    'findAndModify with a bad sort',
    { findAndModify: 'any', query: {}, update: { $set: { a: 1 } }, sort: { a: 3 } },
    15975,
  ],
  [
    'findAndModify with an unused array filter',
    { findAndModify: 'any', query: {}, update: { $set: { a: 1 } }, arrayFilters: [{ x: 1 }] },
    9,
  ],
  [
    'findAndModify that removes with array filters',
    { findAndModify: 'any', query: {}, remove: true, arrayFilters: [{ x: 1 }] },
    9,
  ],
  [
    'ordered that is text',
    { insert: 'any', documents: [{}], ordered: 'x' },
    14,
    "BSON field 'insert.ordered' is the wrong type 'string', expected type 'bool'",
  ],
  ['the same _id twice', { insert: 'full', documents: [{ _id: 1 }] }, 11000, 'E11000 duplicate key error collection'],
  [
    'an _id that is the same number of another type',
    { insert: 'full', documents: [{ _id: Long.fromNumber(1) }] },
    11000,
  ],
  [
    'an update by an unknown hint',
    changing({ $set: { a: new Int32(1) } }, { hint: 'nothing_1' }),
    2,
    'hint provided does not correspond to an existing index',
  ],
]
