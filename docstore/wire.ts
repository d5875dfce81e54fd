import { EMPTY_DOC } from './bson/js.ts'
import { BsonError, DepthError, validateDoc } from './bson/validate.ts'
import { cstringEnd, docValue, type Value } from './bson/value.ts'
import { CommandError } from './errors.ts'

export const MAX_MESSAGE_BYTES = 48_000_000
export const MAX_BATCH = 100_000
const HEADER_BYTES = 16
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2

/** One request: a command document, and the document sequences that came beside it. */
export interface Request {
  readonly id: number
  readonly legacy: boolean
  /** the client does not wait for a reply (write concern w: 0) */
  readonly silent: boolean
  readonly body: Value
  readonly sequences: ReadonlyMap<string, readonly Value[]>
  /** OP_QUERY names the collection it asks; OP_MSG has `$db` */
  readonly namespace?: string
  /** it can be answered, but not run: what the client is told */
  readonly refused?: CommandError
}

/** Bytes that cannot be a request: the connection is closed. */
export class WireError extends Error {}

const NONE: ReadonlyMap<string, readonly Value[]> = new Map()

/** Error 16 for more documents than a command may have. */
const tooMany = (count: number): CommandError =>
  new CommandError(16, `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${count} operations.`)

const readSequence = (frame: Buffer, at: number, stop: number): { name: string; docs: Value[]; end: number } => {
  if (at + 4 > stop) throw new WireError('a section is cut off')
  const end = at + frame.readInt32LE(at)
  if (end > stop || end < at + 6) throw new WireError('a section has a wrong length')
  const nameAt = at + 4
  if (frame.indexOf(0, nameAt) < 0 || cstringEnd(frame, nameAt) > end) throw new WireError('a section has no name')
  let p = cstringEnd(frame, nameAt)
  const name = frame.toString('utf8', nameAt, p - 1)
  const docs: Value[] = []
  let count = 0
  while (p < end) {
    const start = p
    p = validateDoc(frame, p, end)
    if (++count <= MAX_BATCH) docs.push(docValue(frame, start))
  }
  if (count > MAX_BATCH) throw tooMany(count)
  return { name, docs, end }
}

const readMessage = (frame: Buffer, id: number): Request => {
  if (frame.length < HEADER_BYTES + 10) throw new WireError('a message is cut off')
  const flags = frame.readUInt32LE(HEADER_BYTES)
  if (flags & 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME)) throw new WireError('unknown required flags')
  const stop = frame.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  const silent = (flags & MORE_TO_COME) !== 0
  try {
    return { id, legacy: false, silent, ...readSections(frame, stop) }
  } catch (error) {
    const refused = error instanceof DepthError ? new CommandError(15, error.message) : error
    if (!(refused instanceof CommandError)) throw error
    return { id, legacy: false, silent, body: EMPTY_DOC, sequences: NONE, refused }
  }
}

const readSections = (frame: Buffer, stop: number): Pick<Request, 'body' | 'sequences'> => {
  let body: Value | undefined
  let sequences: Map<string, Value[]> | undefined
  let p = HEADER_BYTES + 4
  while (p < stop) {
    const kind = frame[p++]
    if (kind === 0) {
      if (body) throw new WireError('two bodies')
      const end = validateDoc(frame, p, stop)
      body = docValue(frame, p)
      p = end
    } else if (kind === 1) {
      const { name, docs, end } = readSequence(frame, p, stop)
      sequences ??= new Map()
      if (sequences.has(name)) throw new WireError('two sequences of one name')
      sequences.set(name, docs)
      p = end
    } else throw new WireError(`unknown section kind ${kind}`)
  }
  if (!body) throw new WireError('no body')
  return { body, sequences: sequences ?? NONE }
}

const readQuery = (frame: Buffer, id: number): Request => {
  const nameAt = HEADER_BYTES + 4
  if (frame.length < nameAt + 14 || frame.indexOf(0, nameAt) < 0) throw new WireError('a query is cut off')
  const end = cstringEnd(frame, nameAt)
  if (end + 8 > frame.length) throw new WireError('a query is cut off')
  validateDoc(frame, end + 8, frame.length)
  const namespace = frame.toString('utf8', nameAt, end - 1)
  return { id, legacy: true, silent: false, body: docValue(frame, end + 8), sequences: NONE, namespace }
}

/** Reads one whole frame. Throws WireError for what is no request, also for BSON that lies about its lengths. */
export const readRequest = (frame: Buffer): Request => {
  const id = frame.readInt32LE(4)
  try {
    switch (frame.readInt32LE(12)) {
      case OP_MSG:
        return readMessage(frame, id)
      case OP_QUERY:
        return readQuery(frame, id)
      default:
        throw new WireError(`unknown operation ${frame.readInt32LE(12)}`)
    }
  } catch (error) {
    if (error instanceof BsonError || error instanceof RangeError) throw new WireError(error.message)
    throw error
  }
}

let nextId = 1

/** A reply frame around one BSON document. */
export const writeReply = (request: Request, doc: Buffer): Buffer => {
  const head = request.legacy ? 36 : 21
  const frame = Buffer.allocUnsafe(head + doc.length)
  frame.writeInt32LE(frame.length, 0)
  frame.writeInt32LE(nextId++ & 0x7fffffff, 4)
  frame.writeInt32LE(request.id, 8)
  frame.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12)
  // OP_REPLY: flags (8: await capable), cursor id, starting from, one document; OP_MSG: flags, section kind 0
  frame.fill(0, 16, head)
  if (request.legacy) {
    frame.writeInt32LE(8, 16)
    frame.writeInt32LE(1, 32)
  }
  doc.copy(frame, head)
  return frame
}

/** Cuts a stream of bytes into frames. */
export class Framer {
  private chunks: Buffer[] = []
  private bytes = 0

  /**
   * Takes what arrived and gives the frames it completes, at most `maxBytes` each. Throws WireError for a length that
   * cannot be.
   */
  push(chunk: Buffer, maxBytes = MAX_MESSAGE_BYTES): Buffer[] {
    this.chunks.push(chunk)
    this.bytes += chunk.length
    const out: Buffer[] = []
    while (this.bytes >= HEADER_BYTES) {
      if ((this.chunks[0] as Buffer).length < 4) this.chunks = [Buffer.concat(this.chunks)]
      const length = (this.chunks[0] as Buffer).readInt32LE(0)
      if (length < HEADER_BYTES || length > maxBytes) throw new WireError(`a message of ${length} bytes`)
      if (this.bytes < length) break
      const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks)
      out.push(all.subarray(0, length))
      this.chunks = all.length > length ? [all.subarray(length)] : []
      this.bytes -= length
    }
    return out
  }
}
