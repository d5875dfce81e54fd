import type { Request } from 'express'
import { type ImportOptions, importOptionsSchema } from '#shared/contract/import.ts'
import { invalid, Refusal } from '../http/problems.ts'
import { type CsvFile, openCsv } from './csvRows.ts'
import { readUpload, type Upload } from './upload.ts'

const megabyte = 1024 * 1024
const files = { file: 50 * megabyte, people: 5 * megabyte }

/** The files of an import, opened. */
export interface ImportFiles {
  fileName: string
  file: CsvFile
  people: CsvFile | null
}

/** Reads the form of a preview or an import. */
export async function readForm(request: Request, text: 'sourceId' | 'options'): Promise<Upload> {
  return await readUpload(request, { files, texts: [text] })
}

/** Opens the files of a form. */
export async function openFiles({ files: sent }: Upload): Promise<ImportFiles> {
  const file = sent.get('file')
  if (!file) throw new Refusal(422, 'upload.missing', 'The form has no file')
  const people = sent.get('people')
  return {
    fileName: file.name,
    file: await openCsv(file.bytes),
    people: people ? await openCsv(people.bytes) : null,
  }
}

/** The options of an import. */
export function optionsOf({ texts, files: sent }: Upload): ImportOptions {
  let json: unknown
  try {
    json = JSON.parse(texts.get('options') ?? '')
  } catch {
    throw new Refusal(422, 'upload.options', 'The form has no options, or they are not JSON')
  }
  const parsed = importOptionsSchema.safeParse(json)
  if (!parsed.success) throw invalid(parsed.error, 'options')
  if ((parsed.data.people !== null) !== sent.has('people'))
    throw new Refusal(422, 'import.people_mapping', 'A people file and its mapping go together: send both or neither')
  return parsed.data
}
