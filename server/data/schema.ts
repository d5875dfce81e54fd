import { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose'

/** Any nested value whose shape zod has checked at the edge. */
export const Mixed = Schema.Types.Mixed

/** An index: keys in order, and options. */
export type Index = [
  Record<string, 1 | -1>,
  { unique?: true; sparse?: true; expireAfterSeconds?: number; partialFilterExpression?: Record<string, unknown> }?,
]

/**
 * Defines a collection: string ids, `org` on every document, unknown fields refused, no hidden version field.
 * The hot path reads and writes through `model.collection`, which skips hydration.
 */
export function collection<Doc extends { _id: string }>(
  connection: Connection,
  name: string,
  definition: SchemaDefinition,
  indexes: Index[],
): Model<Doc> {
  const schema = new Schema<Doc>({ _id: { type: String, required: true }, ...definition } as SchemaDefinition<Doc>, {
    collection: name,
    versionKey: false,
    strict: 'throw',
    strictQuery: 'throw',
    minimize: false,
    id: false,
  })
  for (const [keys, options] of indexes) schema.index(keys, options ?? {})
  return connection.model<Doc>(name, schema as unknown as Schema<Doc>)
}

/** Is this the store's answer to a second document with the same unique key? */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11000
}
