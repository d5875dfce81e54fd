import { z } from 'zod'
import { importPreviewSchema, importStateSchema, importSummarySchema } from '#shared/contract/import.ts'
import { manualSourceId } from '#shared/ownEntries.ts'
import { idSchema } from '#shared/schema.ts'
import { listProfiles, saveProfile } from '../data/importProfiles.ts'
import { cancelImport, listImports, readBadRows, readImport } from '../data/imports.ts'
import type { Mongo } from '../data/mongo.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { outOfReach } from '../http/reach.ts'
import { type Route, route } from '../http/route.ts'
import { badRowsCsv } from './badRowsCsv.ts'
import { checkColumns, columnsOf, peopleColumnsOf } from './columns.ts'
import { openFiles, optionsOf, readForm } from './importFiles.ts'
import type { Imports } from './imports.ts'
import { previewOf } from './preview.ts'

const byId = z.strictObject({ id: idSchema })

/** Files of activities and people: look at them, take them in, see what became of each row. */
export function importRoutes(mongo: Mongo, imports: Imports): Route[] {
  return [
    route({
      method: 'post',
      path: '/imports/preview',
      summary: 'What a CSV file holds and what its columns seem to mean; multipart with file, people and sourceId',
      permit: 'manager',
      answer: importPreviewSchema,
      async handle({ principal, request }) {
        const leave = imports.take()
        try {
          const form = await readForm(request, 'sourceId')
          checkReach(principal)
          const definitions = await knownDefinitions(mongo, principal.org)
          const sourceId = idSchema.safeParse(form.texts.get('sourceId')).data
          const profiles = sourceId === undefined ? [] : await listProfiles(mongo, principal.org, sourceId)
          return previewOf(await openFiles(form), definitions.organization, profiles)
        } finally {
          leave()
        }
      },
    }),
    route({
      method: 'post',
      path: '/imports',
      summary: 'Import a CSV file; multipart with file, people and options. It runs in the background',
      permit: 'manager',
      answer: z.object({ id: idSchema }),
      status: 202,
      async handle({ principal, request }) {
        const leave = imports.take()
        try {
          const form = await readForm(request, 'options')
          checkReach(principal)
          const { org } = principal
          const options = optionsOf(form)
          const { sourceId, mapping, people, saveAs } = options
          await checkSource(mongo, org, sourceId)
          await imports.checkIdle(org)
          const files = await openFiles(form)
          checkColumns(columnsOf(mapping), files.file.headers, 'activities')
          if (people && files.people) checkColumns(peopleColumnsOf(people), files.people.headers, 'people')
          if (saveAs !== null) await saveProfile(mongo, { org, sourceId, name: saveAs, mapping, people })
          return { id: await imports.start({ org, files, options, leave }) }
        } catch (error) {
          leave()
          throw error
        }
      },
    }),
    route({
      method: 'get',
      path: '/imports',
      summary: 'The last 50 imports, newest first',
      permit: 'manager',
      answer: z.object({ items: z.array(importSummarySchema) }),
      handle: async ({ principal }) => ({ items: await listImports(mongo, principal.org, Date.now()) }),
    }),
    route({
      method: 'get',
      path: '/imports/:id',
      summary: 'How far an import is, and its first bad rows',
      permit: 'manager',
      params: byId,
      answer: importStateSchema,
      handle: ({ principal, params }) => importOf(principal.org, params.id),
    }),
    route({
      method: 'get',
      path: '/imports/:id/bad-rows.csv',
      summary: 'The rows that could not be taken, as a CSV file',
      permit: 'manager',
      params: byId,
      status: 200,
      async handle({ principal: { org }, params: { id }, response }) {
        await importOf(org, id)
        const csv = badRowsCsv(await readBadRows(mongo, org, id))
        response.attachment(`bad-rows-${id}.csv`).type('text/csv; charset=utf-8').send(csv)
      },
    }),
    route({
      method: 'post',
      path: '/imports/:id/cancel',
      summary: 'Stop an import; what it has taken by then stays',
      permit: 'manager',
      params: byId,
      async handle({ principal, params: { id } }) {
        checkReach(principal)
        if (!(await cancelImport(mongo, principal.org, id))) throw notFound('import')
      },
    }),
  ]

  async function importOf(org: string, id: string) {
    const found = await readImport(mongo, org, id, Date.now())
    if (!found) throw notFound('import')
    return found
  }
}

/** A file may name anybody, so a manager of a part of the organization leaves it to those who reach all of it. */
function checkReach({ role, teamId }: UserPrincipal): void {
  if (role !== 'admin' && teamId !== null) throw outOfReach()
}

async function checkSource(mongo: Mongo, org: string, id: string): Promise<void> {
  const source = await mongo.sources.findOne({ _id: id, org }).lean()
  if (!source) throw notFound('source')
  if (!source.active || id === manualSourceId(org))
    throw new Refusal(409, 'source.closed', 'This source takes no files: it is inactive, or the one of own entries')
}
