import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Request } from 'express'
import { Refusal } from '../http/problems.ts'

const newline = 10

/** What a request streams, unpacked if it is packed; throws 415 for what cannot be. */
export function bodyStream(request: Request): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  if (encoding !== 'gzip') throw new Refusal(415, 'body.encoding', 'The body must be UTF-8, plain or gzip')
  const unpacked = createGunzip()
  request.once('close', () => {
    if (!request.readableEnded) unpacked.destroy(new Refusal(400, 'body.cut', 'The body ended before it was complete'))
  })
  return request.pipe(unpacked)
}

/** A line that holds no JSON, and why; `code` is stable. */
export class BadLine {
  readonly code: string
  readonly message: string

  constructor(code: string, message: string) {
    this.code = code
    this.message = message
  }
}

/** Text of a line is read no further than this, wherever it may end. */
const endlessBytes = 4 * 1024 * 1024

/**
 * Non-empty lines of a stream of UTF-8, as soon as they are there, at most `perChunk` at a time: what a slow database has
 * not taken is not read from the network. The stream is left open where it is not read to its end.
 */
export async function* readLines(
  stream: Readable,
  { perChunk, maxLineBytes }: { perChunk: number; maxLineBytes: number },
): AsyncGenerator<(string | BadLine)[]> {
  let rest: Buffer = Buffer.alloc(0)
  let skippedBytes = 0
  let lines: (string | BadLine)[] = []
  const add = (line: Buffer) => {
    const isTooLarge = skippedBytes + line.length > maxLineBytes
    skippedBytes = 0
    if (isTooLarge) lines.push(new BadLine('line.too_large', `A line has at most ${maxLineBytes} bytes`))
    else if (!isUtf8(line)) lines.push(new BadLine('line.not_utf8', 'The line is not UTF-8'))
    else if (line.toString().trim() !== '') lines.push(line.toString().trim())
  }
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    let data: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline)) {
      add(data.subarray(0, end))
      data = data.subarray(end + 1)
      if (lines.length < perChunk) continue
      yield lines
      lines = []
    }
    rest = data
    if (skippedBytes + rest.length > maxLineBytes) {
      skippedBytes += rest.length
      rest = Buffer.alloc(0)
    }
    if (skippedBytes > endlessBytes) throw new Refusal(413, 'body.too_large', 'A line of the stream does not end')
    if (lines.length > 0) yield lines
    lines = []
  }
  add(rest)
  if (lines.length > 0) yield lines
}

/** What a line says; a line that is not JSON is refused as an item, not as a request: those before it are stored already. */
export function parseLine(line: string | BadLine): unknown {
  if (line instanceof BadLine) return line
  try {
    return JSON.parse(line)
  } catch {
    return new BadLine('line.not_json', 'The line is not valid JSON')
  }
}
