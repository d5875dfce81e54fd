import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ImportBadRow } from '#shared/contract/import.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { type ImportMapping, importMappingSchema } from '#shared/importing.ts'
import { guessPeopleMapping } from '#shared/importPeople.ts'
import { definitionsOf } from '../data/definitions.ts'
import { openQueues } from '../data/queues.ts'
import { writeFreshness } from '../data/sourceFreshness.ts'
import { findOrMakeSource, findSource } from '../data/sources.ts'
import type { Stores } from '../data/stores.ts'
import { newId } from '../data/tokens.ts'
import { badRowsCsv } from '../imports/badRowsCsv.ts'
import { checkColumns, columnsOf } from '../imports/columns.ts'
import { type CsvFile, openCsv } from '../imports/csvRows.ts'
import { importActivities } from '../imports/importActivities.ts'
import { importPeople, readPeople } from '../imports/importPeople.ts'
import { organizationIds, progressLine, readFlags, runCommand } from './command.ts'
import { guessLine, previewLines } from './importPreview.ts'
import { untilScored } from './untilScored.ts'

const usage =
  'npm run import -- --source NAME --activities FILE [--people FILE] [--map FILE] [--bad-rows FILE] [--org ID] [--dry-run]'
const flags = {
  source: { type: 'string' },
  activities: { type: 'string' },
  people: { type: 'string' },
  map: { type: 'string' },
  'bad-rows': { type: 'string' },
  org: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const
const fileTrouble: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'this user may not',
  ENOSPC: 'the disk is full',
}
const shownBadRows = 20
const mostBadRows = 100_000

await runCommand(async (stores, config) => {
  const values = readFlags(flags, usage)
  // A path that cannot be written is said before anything is imported.
  keepBadRows(values['bad-rows'], [])
  if (!values.source || (!values.activities && !values.people)) throw new Error(`Say what to import: ${usage}`)
  const org = await theOrganization(stores, values.org)
  const definitions = await definitionsOf(stores.mongo, org)
  if (!definitions) throw new Error(`There is no organization ${org}.`)
  const dryRun = values['dry-run']
  const { mongo } = stores
  const sourceId = dryRun
    ? ((await findSource(mongo, org, values.source)) ?? newId())
    : await findOrMakeSource(mongo, org, values.source)
  const queues = openQueues(stores.redis)
  const badRows: ImportBadRow[] = []
  if (values.people) {
    const file = await openCsv(readTyped(values.people))
    const mapping = guessPeopleMapping(file.headers)
    if (!mapping) throw new Error(`No column of ${values.people} looks like a name.`)
    const imported = await readPeople(file, mapping, definitions.organization.name)
    badRows.push(...imported.bad.map((bad) => ({ file: 'people' as const, ...bad })))
    for (const bad of imported.bad.slice(0, shownBadRows))
      console.log(`people, line ${bad.line}: ${bad.message} (${bad.column}: ${bad.value})`)
    const changes = dryRun
      ? null
      : await importPeople({ stores, queues }, { org, sourceId, imported, nowMs: Date.now() })
    console.log(
      changes
        ? `People: ${changes.people} new, ${changes.moved} moved; ${changes.teams} new teams.`
        : `People: ${imported.people.length} in ${imported.teams.length} teams would be imported.`,
    )
  }
  if (!values.activities) {
    keepBadRows(values['bad-rows'], badRows)
    await queues.close()
    return 0
  }

  const file = await openCsv(readTyped(values.activities))
  const mapping = values.map ? mappingIn(values.map) : guessed(file, definitions.organization)
  checkColumns(columnsOf(mapping), file.headers, 'activities')
  if (dryRun) for (const text of previewLines(file, mapping)) console.log(text)
  const line = progressLine()
  let asked = false
  const ask = () => {
    asked = true
  }
  process.once('SIGINT', ask)
  const counts = await importActivities(stores, queues, {
    org,
    sourceId,
    file,
    mapping,
    dryRun,
    nowMs: Date.now,
    onProgress: ({ done, total, accepted, bad }) => line.show(`${done} of ${total} rows, ${accepted} new, ${bad} bad`),
    onBad: (bad) => void (badRows.length < mostBadRows && badRows.push({ file: 'activities', ...bad })),
    stopped: () => asked,
  })
  process.off('SIGINT', ask)
  line.end()
  if (!dryRun && counts.accepted > 0) await writeFreshness(mongo, [{ org, sourceId, atMs: Date.now() }])
  keepBadRows(values['bad-rows'], badRows)
  for (const bad of badRows.filter((one) => one.file === 'activities').slice(0, shownBadRows))
    console.log(`line ${bad.line}: ${bad.message} (${bad.column}: ${bad.value})`)
  if (counts.bad > shownBadRows) console.log(`… and ${counts.bad - shownBadRows} more bad rows`)
  console.log(
    `Activities (${file.encoding}): ${counts.accepted} new, ${counts.duplicate} known, ${counts.skipped} skipped, ${counts.bad} bad.${dryRun ? ' Nothing was written.' : ''}`,
  )
  if (counts.done < counts.total)
    console.log(`Stopped after ${counts.done} of ${counts.total} rows; the same command goes on from there.`)
  if (!dryRun) await untilScored({ stores, queues, config }, org)
  await queues.close()
  return counts.bad > 0 || asked ? 2 : 0
})

function readTyped(path: string): Buffer {
  return onFile(path, 'read', (place) => readFileSync(place))
}

function keepBadRows(path: string | undefined, rows: readonly ImportBadRow[]): void {
  if (path !== undefined) onFile(path, 'written', (place) => writeFileSync(place, badRowsCsv(rows)))
}

/** Works on a file as it was typed: npm runs commands in the checkout, wherever they were called. */
function onFile<T>(path: string, done: string, work: (place: string) => T): T {
  const place = resolve(process.env.INIT_CWD ?? '.', path)
  try {
    return work(place)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Error(`${place} cannot be ${done}: ${fileTrouble[code] ?? message}.`)
  }
}

async function theOrganization(stores: Stores, asked: string | undefined): Promise<string> {
  const ids = await organizationIds(stores)
  if (asked !== undefined) return asked
  if (ids.length === 1 && ids[0] !== undefined) return ids[0]
  throw new Error(
    ids.length === 0
      ? 'There is no organization yet: npm start makes one.'
      : `Say which organization with --org: ${ids.join(', ')}`,
  )
}

function mappingIn(path: string): ImportMapping {
  let json: unknown
  try {
    json = JSON.parse(readTyped(path).toString())
  } catch (error) {
    throw new Error(`The mapping ${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  const { data, error } = importMappingSchema.safeParse(json)
  if (data) return data
  const [issue] = error.issues
  throw new Error(`The mapping ${path} is wrong at "${issue?.path.join('.')}": ${issue?.message}`)
}

function guessed(file: CsvFile, settings: { zone: string; currency: string }) {
  if (file.total === 0)
    throw new Error('The file has no rows under its header, so nothing can be guessed of its columns.')
  const guess = guessMapping(file.headers, file.first, settings)
  if (!guess.ok)
    throw new Error(
      `Among the columns ${file.headers.join(' · ')} none could be taken for: ${guess.missing.join(', ')}. Say which it is with --map FILE.`,
    )
  console.log(guessLine(file, guess.mapping))
  if (guess.ambiguousDates)
    console.log('The dates could be read in two ways; the month is taken to come first. --map FILE says otherwise.')
  return guess.mapping
}
