/** Text of an imported file and how it was written; `null` when it is in none of the known encodings. */
export type DecodedText = { text: string; encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' } | null

/**
 * Text of a file's bytes: a byte order mark decides, else it is UTF-8 if that is valid, else GB18030 (Excel's CSV on a
 * Chinese system). `complete: false`: these are the first bytes of a longer file, a character may be cut at the end.
 */
export function decodeCsvBytes(bytes: Uint8Array, { complete = true }: { complete?: boolean } = {}): DecodedText {
  const marked = markedEncoding(bytes)
  for (const encoding of marked ? [marked] : (['utf-8', 'gb18030'] as const)) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !complete })
      return { text, encoding }
    } catch {
      // Not in this encoding.
    }
  }
  return null
}

function markedEncoding([first, second, third]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}
