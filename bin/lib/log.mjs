import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const tailBytes = 4_000

/**
 * What a child wrote: kept in a file that is moved to `FILE.1` when it is full, so logs never fill a disk.
 * @param {string} path
 * @param {{ maxBytes?: number }} [options]
 */
export function openLog(path, { maxBytes = 10_000_000 } = {}) {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a', 0o600)
  let size = fstatSync(file).size
  let tail = ''

  function turn() {
    closeSync(file)
    renameSync(path, `${path}.1`)
    file = openSync(path, 'a', 0o600)
    size = 0
  }

  return {
    path,
    /** What was said before is not told any more: another process begins. */
    begin() {
      tail = ''
    },
    /** @param {Buffer | string} chunk */
    write(chunk) {
      tail = (tail + chunk).slice(-tailBytes)
      try {
        if (size > maxBytes) turn()
        size += writeSync(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      } catch {
        // A full disk must not stop the supervisor; the children say what it means for them.
      }
    },
    /** The last thing that was said, as a sentence. */
    lastSentence: () => sentence(tail),
    close: () => closeSync(file),
  }
}

/** @typedef {ReturnType<typeof openLog>} Log */

/** The message of the last line that says something: of JSON its `msg`, of a stack its head. @param {string} text */
function sentence(text) {
  const lines = text.split('\n').filter((line) => line.trim() && !/^\s+at |^Node\.js v|^\s*[{}]\s*$/.test(line))
  const thrown = lines.findLast((line) => /^\w*(Error|Problem)\b.*: /.test(line))
  const last = thrown ?? lines.at(-1) ?? ''
  try {
    const { msg, message, err } = JSON.parse(last)
    return String(err?.message ?? msg ?? message ?? '')
  } catch {
    return last.replace(/^(Uncaught )?\w*Error( \[\w+\])?: |^\d+:\w [\w :.]+ [*#.-] /, '').trim()
  }
}
