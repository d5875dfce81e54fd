import { Refusal } from '../http/problems.ts'

/** Non-empty lines of a stream of UTF-8, in chunks: what a slow database has not taken is not read from the network. */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  { perChunk, maxLineBytes }: { perChunk: number; maxLineBytes: number },
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let lines: string[] = []
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > maxLineBytes)
      throw new Refusal(413, 'body.line_too_large', `A line has at most ${maxLineBytes} bytes`)
    for (const part of parts) {
      if (part.trim() !== '') lines.push(part)
      if (lines.length >= perChunk) {
        yield lines
        lines = []
      }
    }
  }
  rest += decoder.decode()
  if (rest.trim() !== '') lines.push(rest)
  if (lines.length > 0) yield lines
}
