import { z } from 'zod'
import { currencySchema, idSchema, instantMsSchema, kindSchema, zoneSchema } from '../schema.ts'

/** How a file's bytes are read. */
export const encodingSchema = z.enum(['utf-8', 'utf-8-bom', 'gb18030'])

const column = z.string().min(1).max(200)

/** Which column means what. Rows of an activities file become activities; the kind is fixed or read from a column. */
export const importMappingSchema = z.strictObject({
  externalId: column,
  /** Column of the person, matched by name, e-mail or the source's id. */
  person: column,
  occurredAt: column,
  /** `kind` for every row, or a column whose words name a kind each; rows with other words are skipped. */
  kind: z.union([
    z.strictObject({ fixed: kindSchema }),
    z.strictObject({ column, kinds: z.record(z.string().max(200), kindSchema) }),
  ]),
  /** In major units, `1234.50`. */
  value: column.nullable(),
  currency: currencySchema.nullable(),
  quantity: column.nullable(),
  account: column.nullable(),
  /** Attribute name → column. */
  attributes: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), column),
  /** Zone of days and times without an offset. */
  zone: zoneSchema,
})
export type ImportMapping = z.infer<typeof importMappingSchema>

/** Which column of a people file means what; a missing team is created. */
export const peopleMappingSchema = z.strictObject({
  name: column,
  email: column.nullable(),
  externalId: column.nullable(),
  team: column.nullable(),
  region: column.nullable(),
})
export type PeopleMapping = z.infer<typeof peopleMappingSchema>

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
  /** The best guess by the names of the columns; parts that could not be guessed are absent. */
  mapping: importMappingSchema.partial(),
  peopleMapping: peopleMappingSchema.partial().nullable(),
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

/** A row that could not be taken: line in the file (the header is 1), column, its value, and why. */
export const badRowSchema = z.object({
  line: z.number().int(),
  column: z.string().nullable(),
  value: z.string(),
  reason: z.string(),
})
export type BadRow = z.infer<typeof badRowSchema>

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
