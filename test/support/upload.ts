import type { ImportOptions, ImportPreview, ImportState } from '#shared/contract/import.ts'
import { type Answer, until } from './caller.ts'
import type { House, Who } from './house.ts'

/** Files of a form by field: a name and what is in it. */
export type Files = Partial<Record<'file' | 'people', { name: string; content: string | Uint8Array }>>

/** Sends a form as a browser does. */
export async function upload(
  house: House,
  path: string,
  { files, texts = {}, who = 'boss' }: { files: Files; texts?: Record<string, string>; who?: Who },
): Promise<Answer> {
  const body = new FormData()
  for (const [field, { name, content }] of Object.entries(files)) body.append(field, new Blob([content as never]), name)
  for (const [field, text] of Object.entries(texts)) body.append(field, text)
  const response = await fetch(`${house.url}/api/v1${path}`, {
    method: 'POST',
    headers: { cookie: house.cookie(who) },
    body,
    signal: AbortSignal.timeout(60_000),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** What the screen shows of the files before they are imported. */
export async function preview(house: House, files: Files): Promise<ImportPreview> {
  const answer = await upload(house, '/imports/preview', { files, texts: { sourceId: house.sourceId } })
  if (answer.status !== 200) throw new Error(`The preview was refused: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Imports files as the screen does, with what it guessed unless `options` say otherwise, and waits for the end. */
export async function importFiles(
  house: House,
  files: Files,
  options: Partial<ImportOptions> = {},
): Promise<ImportState> {
  const { mapping, peopleMapping } = await preview(house, files)
  const all = { sourceId: house.sourceId, mapping, people: peopleMapping, dryRun: false, saveAs: null, ...options }
  const answer = await upload(house, '/imports', { files, texts: { options: JSON.stringify(all) } })
  if (answer.status !== 202) throw new Error(`The import was refused: ${JSON.stringify(answer.body)}`)
  return await importEnd(house, answer.body.id)
}

/** Waits for the end of an import. */
export async function importEnd(house: House, id: string): Promise<ImportState> {
  return await until(async () => {
    const { body } = await house.as('boss').get(`/imports/${id}`)
    return body.phase !== 'reading' && (body as ImportState)
  }, 120_000)
}
