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

/**
 * Non-empty lines of a stream of UTF-8, in chunks: what a slow database has not taken is not read from the network. A line
 * that is not UTF-8 is `null`.
 */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  { perChunk, maxLineBytes }: { perChunk: number; maxLineBytes: number },
): AsyncGenerator<(string | null)[]> {
  let rest: Buffer = Buffer.alloc(0)
  let lines: (string | null)[] = []
  const add = (line: Buffer) => {
    if (line.length > maxLineBytes)
      throw new Refusal(413, 'body.line_too_large', `A line has at most ${maxLineBytes} bytes`)
    const text = isUtf8(line) ? line.toString().trim() : null
    if (text !== '') lines.push(text)
  }
  for await (const chunk of stream) {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline)) {
      add(data.subarray(0, end))
      data = data.subarray(end + 1)
      if (lines.length < perChunk) continue
      yield lines
      lines = []
    }
    rest = data
    if (rest.length > maxLineBytes) add(rest)
  }
  add(rest)
  if (lines.length > 0) yield lines
}
