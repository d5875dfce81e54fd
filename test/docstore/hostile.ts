import { connect, type Socket } from 'node:net'
import { type Document, deserialize, serialize } from 'bson'
import type { Dice } from './differential/dice.ts'
import { document, index, leaf, value } from './differential/documents.ts'
import { filter, sort } from './differential/queries.ts'
import { update } from './differential/updates.ts'
import { messageFrame } from './raw.ts'

const HEADER = 16

/** A frame that is right but for what is done to it. */
const seedFrame = (dice: Dice): Buffer =>
  messageFrame(
    dice.one<() => Document>([
      () => ({ ping: 1, $db: 'fuzz' }),
      () => ({ insert: 'c', documents: [{ _id: 1, a: value(dice) }], $db: 'fuzz' }),
      () => ({ find: 'c', filter: filter(dice), sort: sort(dice), $db: 'fuzz' }),
      () => ({ update: 'c', updates: [{ q: {}, u: update(dice).u }], $db: 'fuzz' }),
      () => ({ aggregate: 'c', pipeline: [{ $match: filter(dice) }], cursor: {}, $db: 'fuzz' }),
    ])(),
  )

const sequenceFrame = (dice: Dice): Buffer => {
  const body = Buffer.from(serialize({ insert: 'c', $db: 'fuzz' }))
  const doc = Buffer.from(serialize({ a: leaf(dice) }))
  const section = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), doc])
  section.writeInt32LE(dice.once(3) ? dice.below(200) - 50 : section.length, 0)
  const rest = Buffer.concat([
    Buffer.from([dice.once(4) ? dice.below(256) : 0, 0, 0, 0, 0]),
    body,
    Buffer.from([1]),
    section,
  ])
  const head = Buffer.alloc(HEADER)
  head.writeInt32LE(HEADER + rest.length, 0)
  head.writeInt32LE(2013, 12)
  return Buffer.concat([head, rest])
}

const mangled = (dice: Dice, good: Buffer): Buffer => {
  const bytes = Buffer.from(good)
  for (let i = 0; i <= dice.below(4); i++)
    bytes[dice.below(bytes.length)] = dice.one([0, 1, 127, 128, 255, dice.below(256)])
  return bytes
}

/** A length somewhere inside that lies, the frame's own being right. */
const lying = (dice: Dice, good: Buffer): Buffer => {
  const bytes = Buffer.from(good)
  const at = 21 + dice.below(Math.max(1, bytes.length - 25))
  bytes.writeInt32LE(dice.one([0, -1, 1, 4, 5, 0x7fffffff, -0x80000000, bytes.length, dice.below(1000)]), at)
  return bytes
}

const noise = (dice: Dice): Buffer => {
  const bytes = Buffer.from(dice.some(1, 60, () => dice.below(256)))
  if (dice.once(2) && bytes.length >= 4) bytes.writeInt32LE(bytes.length, 0)
  return bytes
}

/** Bytes as a hostile or broken client sends them. */
export const hostileFrame = (dice: Dice): Buffer => {
  switch (dice.below(8)) {
    case 0:
      return noise(dice)
    case 1:
      return sequenceFrame(dice)
    case 2:
      return seedFrame(dice).subarray(0, HEADER + dice.below(40))
    case 3:
    case 4:
      return lying(dice, seedFrame(dice))
    default:
      return mangled(dice, seedFrame(dice))
  }
}

const QUERY = ['filter', 'sort', 'projection', 'skip', 'limit', 'batchSize', 'hint', 'collation', 'let', 'singleBatch']
/** Commands with fields they know. */
const SHAPES: readonly (readonly [string, readonly string[]])[] = [
  ['find', QUERY],
  ['insert', ['documents', 'ordered', 'writeConcern']],
  ['update', ['updates', 'let', 'ordered']],
  ['delete', ['deletes', 'let', 'ordered']],
  ['aggregate', ['pipeline', 'cursor', 'let', 'hint', 'collation']],
  ['count', ['query', 'limit', 'skip', 'hint']],
  ['distinct', ['key', 'query', 'collation']],
  ['findAndModify', ['query', 'update', 'remove', 'new', 'upsert', 'fields', 'sort', 'arrayFilters']],
  ['getMore', ['collection', 'batchSize']],
  ['killCursors', ['cursors']],
  ['createIndexes', ['indexes']],
  ['dropIndexes', ['index']],
  ['listIndexes', ['cursor']],
  ['create', ['viewOn', 'pipeline', 'validator', 'collation', 'capped', 'size', 'max']],
  ['collMod', ['index', 'validator', 'viewOn', 'pipeline']],
  ['drop', []],
  ['explain', ['verbosity']],
  ['listCollections', ['filter', 'nameOnly', 'cursor']],
  ['listDatabases', ['filter', 'nameOnly']],
  ['renameCollection', ['to', 'dropTarget']],
  ['bulkWrite', ['ops', 'nsInfo', 'ordered', 'errorsOnly', 'cursor']],
  ['commitTransaction', ['lsid', 'txnNumber', 'autocommit']],
  ['endSessions', []],
  ['validate', ['full']],
  ['collStats', ['scale']],
  ['hello', ['client', 'compression']],
  ['saslStart', ['mechanism', 'payload']],
  ['foo', []],
  ['__proto__', []],
  ['', []],
]
const FIELDS = [
  ...['lsid', 'txnNumber', 'autocommit', 'startTransaction', 'writeConcern', 'readConcern', 'maxTimeMS', 'comment'],
  ...['constructor', '__proto__', 'a.b', '$where', 'foo', 'apiVersion', '$clusterTime'],
]
const STAGES = [
  ...['$match', '$group', '$project', '$sort', '$limit', '$skip', '$unwind', '$lookup', '$facet', '$bucket', '$sample'],
  ...['$addFields', '$replaceRoot', '$count', '$graphLookup', '$unionWith', '$setWindowFields', '$foo', '$sortByCount'],
]

const anything = (dice: Dice, depth = 0): unknown => {
  switch (dice.below(depth > 2 ? 2 : 9)) {
    case 0:
    case 1:
      return dice.one<unknown>([value(dice), 'c', 1, -1, 0, 2 ** 40, '', '$a', '$$b', [], {}])
    case 2:
      return dice.some(0, 3, () => anything(dice, depth + 1))
    case 3:
      return dice.some(1, 3, () => ({ [dice.one(STAGES)]: anything(dice, depth + 1) }))
    case 4:
      return filter(dice)
    case 5:
      return [{ q: filter(dice), u: update(dice).u, limit: dice.below(3) }]
    case 6:
      return { id: value(dice) }
    default:
      return Object.fromEntries(
        dice.some(0, 3, () => [dice.one([...FIELDS, ...STAGES, '$gt', '$in', 'a']), anything(dice, depth + 1)]),
      )
  }
}

const stage = (dice: Dice): Document => ({
  [dice.one(STAGES)]: dice.once(2)
    ? anything(dice)
    : dice.one<unknown>([
        { _id: '$a', n: { $sum: 1 } },
        { from: 'd', localField: 'a', foreignField: 'b', as: 'x' },
        { a: 1, b: -1 },
        { a: '$b', c: { $add: ['$a', 1] } },
        { path: '$a', [dice.one(['foo', 'preserveNullAndEmptyArrays'])]: true },
        '$a',
        3,
      ]),
})

/** What a field of that name could hold, or nearly. */
const fitting = (dice: Dice, name: string): unknown => {
  if (dice.once(4)) return anything(dice)
  switch (name) {
    case 'filter':
    case 'query':
    case 'validator':
      return filter(dice)
    case 'sort':
      return sort(dice)
    case 'documents':
      return dice.some(1, 3, () => document(dice, dice.below(50)))
    case 'updates':
      return dice.some(1, 2, () => ({ q: filter(dice), ...update(dice), multi: dice.once(2), upsert: dice.once(9) }))
    case 'update':
      return update(dice).u
    case 'deletes':
      return [{ q: filter(dice), limit: dice.below(2) }]
    case 'pipeline':
      return dice.some(0, 3, () => stage(dice))
    case 'indexes':
      return [index(dice, dice.below(9))]
    case 'cursor':
      return dice.once(3) ? { batchSize: dice.below(4) } : {}
    default:
      return dice.one<unknown>([1, true, 'a', 'c', { a: 1 }, 0, -1, 'i1', { locale: 'en' }, { level: 'local' }])
  }
}

/** A well-formed message that makes little sense, or nearly some. */
export const randomCommand = (dice: Dice): Document => {
  const [name, own] = dice.one(SHAPES)
  const target = dice.once(8) ? anything(dice) : dice.one(['c', 'c', 'd'])
  const inner = name === 'explain' ? { find: 'c', filter: filter(dice) } : target
  const out = new Map<string, unknown>([[name, inner]])
  for (const field of own) if (!dice.once(3)) out.set(field, fitting(dice, field))
  if (dice.once(6)) out.set(dice.one(FIELDS), anything(dice))
  out.set('$db', dice.once(30) ? anything(dice) : 'fuzz')
  return out as unknown as Document
}

/** Sends bytes on a connection of its own; gives it back for whoever waits for its end. */
export const throwAt = (path: string, bytes: Buffer): Promise<Socket> =>
  new Promise((done) => {
    const socket = connect(path, () => {
      socket.write(bytes)
      done(socket)
    })
    socket.on('error', () => done(socket))
  })

/** Waits until a connection says or ends something, at most `waitMs`; gives what it said. */
export const reaction = (socket: Socket, waitMs: number): Promise<Buffer | undefined> =>
  new Promise((done) => {
    const over = (chunk?: Buffer | boolean): void => {
      clearTimeout(timer)
      socket.off('data', over).off('close', over)
      done(Buffer.isBuffer(chunk) ? chunk : undefined)
    }
    const timer = setTimeout(over, waitMs)
    socket.once('data', over).once('close', over)
  })

/** The reply to a well-formed message, undefined if the connection was closed instead. */
export const askOn = async (socket: Socket, frame: Buffer): Promise<Document | undefined> => {
  const WAIT_MS = 20_000
  let got = Buffer.alloc(0)
  const first = reaction(socket, WAIT_MS)
  socket.write(frame)
  for (let chunk = await first; chunk; chunk = await reaction(socket, WAIT_MS)) {
    got = Buffer.concat([got, chunk])
    if (got.length >= 4 && got.length >= got.readInt32LE(0))
      return deserialize(got.subarray(21), { promoteLongs: false })
  }
  return undefined
}
