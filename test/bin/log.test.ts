import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openLog } from '../../bin/lib/log.mjs'

const folder = mkdtempSync(join(tmpdir(), 'pitboard-log-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['plain words\n', 'plain words'],
  ['{"level":50,"msg":"Redis cannot be reached"}\n', 'Redis cannot be reached'],
  ['{"msg":"x","err":{"message":"The configuration is not complete."}}\n', 'The configuration is not complete.'],
  ['file:///a.ts:1\nthrow x\n\nError: PORT: too big\n    at a (b.ts:1)\n\nNode.js v24.21.0\n', 'PORT: too big'],
  ['Error [ERR_X]: no such thing {\n    at a\n  code: 1\n}\n', 'no such thing {'],
  ['{"time":"12:00","message":"slow command"}\n', 'slow command'],
  ['350:M 28 Nov 2026 18:01:51.813 # Bad file format\n', 'Bad file format'],
  ['', ''],
])('the last thing that a process said is told as a sentence: %j', (text, sentence) => {
  const log = openLog(join(folder, 'logs/server.log'))
  log.write(text)
  expect(log.lastSentence()).toBe(sentence)
  log.close()
})

test('a full log is moved aside, so that logs never fill a disk', () => {
  const path = join(folder, 'logs/server.log')
  const log = openLog(path, { maxBytes: 10 })
  for (const line of ['one two three\n', 'four five six\n', 'seven\n']) log.write(line)
  log.close()
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('four five six\n')
  expect(readFileSync(path, 'utf8')).toBe('seven\n')
})
