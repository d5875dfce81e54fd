import type { Document } from 'bson'
import type { Refusal } from './refusal.ts'

const schema = ($jsonSchema: unknown): Document => ({ find: 'any', filter: { $jsonSchema } })

export const SCHEMAS: readonly Refusal[] = [
  ['a schema that is no document', schema(1), 14, '$jsonSchema must be an object'],
  ['a schema with an unknown keyword', schema({ foo: 1 }), 9, 'Unknown $jsonSchema keyword: foo'],
  [
    'a schema with a keyword that is not supported',
    schema({ $ref: 'x' }),
    9,
    "$jsonSchema keyword '$ref' is not currently supported",
  ],
  [
    'a schema that requires nothing',
    schema({ required: [] }),
    9,
    "$jsonSchema keyword 'required' cannot be an empty array",
  ],
  ['a schema that requires text', schema({ required: 'x' }), 14, "$jsonSchema keyword 'required' must be an array"],
  ['a schema that requires a number', schema({ required: [1] }), 14],
  [
    'a schema whose properties are a number',
    schema({ properties: 1 }),
    14,
    "$jsonSchema keyword 'properties' must be an object",
  ],
  ['a schema whose property is a number', schema({ properties: { a: 1 } }), 14],
  [
    'a schema with a minimum of text',
    schema({ properties: { a: { minimum: 'x' } } }),
    14,
    "$jsonSchema keyword 'minimum' must be a number",
  ],
  ['a schema with an unknown BSON type', schema({ bsonType: 'foo' }), 2, 'Unknown type name alias: foo'],
  [
    'a schema with the type integer',
    schema({ type: 'integer' }),
    9,
    "$jsonSchema type 'integer' is not currently supported.",
  ],
  [
    'a schema with two types',
    schema({ type: 'object', bsonType: 'object' }),
    9,
    "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'",
  ],
  [
    'a schema of an empty choice',
    schema({ properties: { a: { enum: [] } } }),
    9,
    "$jsonSchema keyword 'enum' cannot be an empty array",
  ],
  ['a schema with a multiple of 0', schema({ properties: { a: { multipleOf: 0 } } }), 9],
  ['a schema that excludes a minimum it has not', schema({ properties: { a: { exclusiveMinimum: true } } }), 9],
  ['a schema with a title of 1', schema({ title: 1 }), 14, "$jsonSchema keyword 'title' must be a string"],
]
