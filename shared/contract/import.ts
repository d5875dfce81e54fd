import { z } from 'zod'
import { importMappingSchema } from '../importing.ts'
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

/** POST /imports/preview: multipart `file`, optionally `people`. */
export const importPreviewSchema = z.object({
  file: fileSchema,
  people: fileSchema.nullable(),
  /** The best guess by the names of the columns; `null` when no id or no date was found. */
  mapping: importMappingSchema.nullable(),
  /** Day and month could be either way round: have somebody look. */
  ambiguousDates: z.boolean(),
  peopleMapping: peopleMappingSchema.nullable(),
  profiles: z.array(importProfileSchema).max(50),
})
export type ImportPreview = z.infer<typeof importPreviewSchema>

/** POST /imports: multipart `file`, optionally `people`, and this as JSON in the field `options`. */
export const importOptionsSchema = z.strictObject({
  sourceId: idSchema,
  mapping: importMappingSchema,
  people: peopleMappingSchema.nullable(),
  /** Reads and checks everything, writes nothing. */
  dryRun: z.boolean(),
  /** Keeps the mapping under this name. */
  saveAs: z.string().trim().min(1).max(80).nullable(),
})
export type ImportOptions = z.infer<typeof importOptionsSchema>

/** A row that could not be taken: line in the file (the header is 1), column, what stands there, and why. */
export const badRowSchema = z.object({
  line: z.number().int(),
  column: z.string(),
  value: z.string(),
  code: z.string(),
  message: z.string(),
})

/** GET /imports/:id. */
export const importStateSchema = z.object({
  id: idSchema,
  fileName: z.string(),
  dryRun: z.boolean(),
  phase: z.enum(['reading', 'done', 'cancelled', 'failed']),
  startedAtMs: instantMsSchema,
  /** Rows read of all rows. */
  done: z.number().int(),
  total: z.number().int(),
  accepted: z.number().int(),
  duplicate: z.number().int(),
  skipped: z.number().int(),
  bad: z.number().int(),
  badRows: z.array(badRowSchema).max(100),
})
export type ImportState = z.infer<typeof importStateSchema>
