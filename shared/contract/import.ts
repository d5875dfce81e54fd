import { z } from 'zod'
import { type BadRow, importMappingSchema } from '../importing.ts'
import { peopleMappingSchema } from '../importPeople.ts'
import { idSchema, instantMsSchema } from '../schema.ts'

/** How a file's bytes were read. */
export const encodingSchema = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030'])

/** A mapping kept by name, offered again for files with the same columns. */
export const importProfileSchema = z.object({
  id: idSchema,
  name: z.string(),
  mapping: importMappingSchema,
  people: peopleMappingSchema.nullable(),
})
export type ImportProfile = z.infer<typeof importProfileSchema>

const fileSchema = z.object({
  encoding: encodingSchema,
  headers: z.array(z.string()),
  /** The first rows, at most 10. */
  rows: z.array(z.array(z.string())).max(10),
  total: z.number().int(),
})

/** POST /imports/preview: multipart `file`, optionally `people`, and `sourceId` for the mappings that it has kept. */
export const importPreviewSchema = z.object({
  file: fileSchema,
  people: fileSchema.nullable(),
  /** The best guess by the names of the columns; `null` when no id or no date was found. */
  mapping: importMappingSchema.nullable(),
  /** Day and month could be either way round: have somebody look. */
  ambiguousDates: z.boolean(),
  peopleMapping: peopleMappingSchema.nullable(),
  /** Those of the source whose columns are all in the file, the newest first. */
  profiles: z.array(importProfileSchema).max(50),
})
export type ImportPreview = z.infer<typeof importPreviewSchema>

/** POST /imports: multipart `file`, optionally `people`, and this as JSON in the field `options`. */
export const importOptionsSchema = z.strictObject({
  sourceId: idSchema,
  mapping: importMappingSchema,
  /** Needed with a people file, and only then. */
  people: peopleMappingSchema.nullable(),
  /** Reads and checks everything, writes nothing but the mapping's name. */
  dryRun: z.boolean(),
  /** Keeps the mapping under this name. */
  saveAs: z.string().trim().min(1).max(80).nullable(),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

/** A row that could not be taken: line in the file (the header is 1), column, what stands there, and why. */
export const badRowSchema = z.object({
  file: z.enum(['activities', 'people']),
  line: z.number().int(),
  column: z.string(),
  value: z.string(),
  code: z.string(),
  message: z.string(),
}) satisfies z.ZodType<BadRow>
export type ImportBadRow = z.infer<typeof badRowSchema>

/** `interrupted`: the server that read it was stopped. Importing the file again goes on from there, nothing counts twice. */
export const importPhaseSchema = z.enum(['reading', 'done', 'cancelled', 'failed', 'interrupted'])
export type ImportPhase = z.infer<typeof importPhaseSchema>

const count = z.number().int().min(0)

/** GET /imports: the last 50, newest first. */
export const importSummarySchema = z.object({
  id: idSchema,
  sourceId: idSchema,
  fileName: z.string(),
  dryRun: z.boolean(),
  phase: importPhaseSchema,
  startedAtMs: instantMsSchema,
  endedAtMs: instantMsSchema.nullable(),
  /** Rows of the activities file: read, of all. */
  done: count,
  total: count,
  /** New, or changed since they were imported before; in a dry run: would be. */
  accepted: count,
  duplicate: count,
  /** Empty, or of a stage that is no fact yet. */
  skipped: count,
  /** Rows of either file that could not be taken. */
  bad: count,
  /** What the people file changed, in a dry run: what it names; `null` until then, or without one. */
  people: z.object({ teams: count, people: count, moved: count }).nullable(),
  /** Why it failed. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type ImportSummary = z.infer<typeof importSummarySchema>

/** GET /imports/:id; GET /imports/:id/bad-rows.csv has all bad rows, at most 10,000. */
export const importStateSchema = importSummarySchema.extend({ badRows: z.array(badRowSchema).max(100) })
export type ImportState = z.infer<typeof importStateSchema>
