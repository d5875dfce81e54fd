import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

const KNOWN = resolve(import.meta.dirname, '../../docstore/known.txt')
const HOOK = resolve(import.meta.dirname, 'driver-from-here.ts')
const RUN_MS = 240_000

/** One test of the specifications, as the runner reports it. */
export interface SpecRecord {
  readonly id: string
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly why?: string
}

/** Ids of tests that may fail. */
export const knownIds = (): Set<string> =>
  new Set(
    readFileSync(KNOWN, 'utf8')
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line && !line.startsWith('#')),
  )

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()

/** Files for one store: those that bring no data of their own go first, before others have left theirs. */
interface Shard {
  readonly bare: string[]
  readonly rest: string[]
}

const shardsOf = (tests: string, count: number): Shard[] => {
  const shards: Shard[] = Array.from({ length: count }, () => ({ bare: [], rest: [] }))
  const isBare = (file: string): boolean => !readFileSync(join(tests, file), 'utf8').includes('"initialData"')
  const { bare = [], rest = [] } = Object.groupBy(filesIn(tests), (file) => (isBare(file) ? 'bare' : 'rest'))
  for (const [i, file] of bare.entries()) shards[i % count]?.bare.push(file)
  for (const [i, file] of rest.entries()) shards[i % count]?.rest.push(file)
  return shards
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const ended = (command: string[]): Promise<string> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-100_000)
      })
    child.once('error', fail)
    child.once('exit', () => {
      clearTimeout(timer)
      done(said)
    })
  })

const runFiles = async (folder: string, uri: string, files: readonly string[], out: string): Promise<SpecRecord[]> => {
  if (files.length === 0) return []
  const tests = join(folder, 'tests')
  const groups = [...new Set(files.map((file) => file.split('/')[0] as string))].map((group) => join(tests, group))
  const only = `^(${files.map(escaped).join('|')})::`
  const options = ['--known-file', KNOWN, '--json', out, '--grep', only]
  const said = await ended(['--import', HOOK, join(folder, 'run.ts'), uri, ...groups, ...options])
  try {
    return (JSON.parse(readFileSync(out, 'utf8')) as { records: SpecRecord[] }).records
  } catch {
    throw new Error(`the runner of the specifications gave no result: ${said.slice(-2000)}`)
  }
}

const runShard = async (folder: string, uri: string, { bare, rest }: Shard, out: string): Promise<SpecRecord[]> => {
  const first = await runFiles(folder, uri, bare, `${out}-bare.json`)
  return [...first, ...(await runFiles(folder, uri, rest, `${out}.json`))]
}

/** Runs all specification tests of a folder, in parts, each against a docstore of its own: most of them wait, not work. */
export const runSpecs = async (folder: string, runners: number): Promise<SpecRecord[]> => {
  const temporary = mkdtempSync(join(tmpdir(), 'docstore-spec-'))
  const stores: TestDocstore[] = []
  try {
    const shards = shardsOf(join(folder, 'tests'), runners)
    // one after another: that many processes starting at once would time each other out
    for (const _ of shards) stores.push(await startDocstore({ args: ['--test-commands'] }))
    const uris = stores.map((store) => store.uri(''))
    const run = (shard: Shard, i: number) => runShard(folder, uris[i] as string, shard, join(temporary, String(i)))
    return (await Promise.all(shards.map(run))).flat()
  } finally {
    await Promise.all(stores.map((store) => store.stop()))
    rmSync(temporary, { recursive: true, force: true })
  }
}
