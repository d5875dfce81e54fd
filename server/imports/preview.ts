import type { ImportPreview } from '#shared/contract/import.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { guessPeopleMapping } from '#shared/importPeople.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import { columnsOf, peopleColumnsOf } from './columns.ts'
import type { CsvFile } from './csvRows.ts'
import type { ImportFiles } from './importFiles.ts'

const shownRows = 10
const maxShownCell = 200

/** What the files hold, what their columns seem to mean, and which kept mappings fit them. */
export function previewOf(
  { file, people }: ImportFiles,
  settings: OrganizationSettings,
  profiles: ImportPreview['profiles'],
): ImportPreview {
  const guess = guessMapping(file.headers, file.first, settings)
  const has = (one: CsvFile, columns: string[]) => columns.every((column) => one.headers.includes(column))
  return {
    file: beginningOf(file),
    people: people && beginningOf(people),
    mapping: guess.ok ? guess.mapping : null,
    ambiguousDates: guess.ok && guess.ambiguousDates,
    peopleMapping: people && guessPeopleMapping(people.headers),
    profiles: profiles
      .filter(({ mapping }) => has(file, columnsOf(mapping)))
      .map((one) => ({
        ...one,
        people: people && one.people && has(people, peopleColumnsOf(one.people)) ? one.people : null,
      })),
  }
}

function beginningOf({ encoding, headers, total, first }: CsvFile): ImportPreview['file'] {
  const cells = (row: CsvFile['first'][number]) => headers.map((header) => (row[header] ?? '').slice(0, maxShownCell))
  return { encoding, headers, total, rows: first.slice(0, shownRows).map(cells) }
}
