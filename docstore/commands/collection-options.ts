import type { Document } from 'bson'
import { checkViewStages } from '../aggregate/views.ts'
import type { Args } from '../args.ts'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, type Value } from '../bson/value.ts'
import { type Collation, parseCollation } from '../collation/collation.ts'
import type { Call } from '../command.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import { checkViewGraph } from './view-graph.ts'

const MIN_CAPPED_BYTES = 4096
const CAPPED_STEP_BYTES = 256
/** The most a capped collection may hold. */
export const MAX_CAPPED_BYTES = 2 ** 50
const MAX_CAPPED_DOCS = 2 ** 31

/** Every option of `create`. */
export const CREATE_OPTIONS = [
  'viewOn',
  'pipeline',
  'validator',
  'validationLevel',
  'validationAction',
  'capped',
  'size',
  'max',
  'timeseries',
  'clusteredIndex',
  'expireAfterSeconds',
  'collation',
  'changeStreamPreAndPostImages',
  'storageEngine',
  'indexOptionDefaults',
  'encryptedFields',
]

const invalid = (message: string): CommandError => new CommandError(72, message)

const only = (doc: Document, known: readonly string[], field: string): void => {
  for (const name of Object.keys(doc))
    if (!known.includes(name)) throw new CommandError(40415, `BSON field '${field}.${name}' is an unknown field.`)
}

const oneOf = (v: string | undefined, known: readonly string[], field: string): string | undefined => {
  if (v !== undefined && !known.includes(v))
    throw badValue(`Enumeration value '${v}' for field '${field}' is not a valid value.`)
  return v
}

/** The size a capped collection gets when it is asked to have this one. */
export const cappedBytes = (size: number): number =>
  Math.max(MIN_CAPPED_BYTES, Math.ceil(size / CAPPED_STEP_BYTES) * CAPPED_STEP_BYTES)

const cappedOf = ({ args }: Call): Document => {
  const size = args.number('size')
  const max = args.number('max')
  if (!args.bool('capped')) {
    if (size !== undefined || max !== undefined)
      throw invalid("the 'capped' field needs to be true when either the 'size' or 'max' fields are present")
    return {}
  }
  if (size === undefined) throw invalid("the 'size' field is required when 'capped' is true")
  if (!(size > 0 && size <= MAX_CAPPED_BYTES))
    throw badValue(`BSON field 'create.size' value must be > 0 and <= ${MAX_CAPPED_BYTES}, actual value '${size}'`)
  if (max !== undefined && !(max < MAX_CAPPED_DOCS))
    throw badValue(`max in a capped collection has to be < 2^31 or not set, actual value '${max}'`)
  return { capped: true, size: cappedBytes(size), ...(max !== undefined && max > 0 ? { max: Math.trunc(max) } : {}) }
}

const GRANULARITIES = ['seconds', 'minutes', 'hours']
const SPAN_SECONDS: Readonly<Record<string, number>> = { seconds: 3600, minutes: 86_400, hours: 2_592_000 }

const fieldName = (v: unknown, name: string, required: boolean): void => {
  if (v === undefined && !required) return
  if (v === undefined) throw new CommandError(40414, `BSON field 'timeseries.${name}' is missing but a required field`)
  if (typeof v !== 'string') throw new CommandError(14, `BSON field 'timeseries.${name}' must be a string`)
  if (v === '' || v.includes('.') || v.startsWith('$'))
    throw badValue(`'${name}' must be a plain name of a top-level field`)
}

const timeseriesOf = (v: Value | undefined): Document => {
  if (!v) return {}
  const given = toJs(v)
  only(
    given,
    ['timeField', 'metaField', 'granularity', 'bucketMaxSpanSeconds', 'bucketRoundingSeconds'],
    'create.timeseries',
  )
  const { timeField, metaField, granularity, bucketMaxSpanSeconds: span, bucketRoundingSeconds: rounding } = given
  fieldName(timeField, 'timeField', true)
  fieldName(metaField, 'metaField', false)
  if (timeField === '_id') throw invalid('\'timeField\' cannot be "_id"')
  if (metaField === '_id') throw invalid('\'metaField\' cannot be "_id"')
  if (metaField === timeField) throw invalid("'metaField' cannot be the same as 'timeField'")
  oneOf(granularity, GRANULARITIES, 'create.timeseries.granularity')
  if (span !== undefined || rounding !== undefined) {
    if (granularity !== undefined && granularity !== 'seconds')
      throw invalid('granularity and custom bucketing parameters cannot be given together')
    if (span !== rounding) throw invalid('bucketMaxSpanSeconds and bucketRoundingSeconds must be given and equal')
    if (!(span >= 1 && span <= 31_536_000))
      throw badValue(`bucketMaxSpanSeconds must be between 1 and 31536000: ${span}`)
    return { timeseries: given }
  }
  const known = granularity ?? 'seconds'
  return { timeseries: { ...given, granularity: known, bucketMaxSpanSeconds: SPAN_SECONDS[known] } }
}

const clusteredOf = (v: Value | undefined): Document => {
  if (!v) return {}
  if (v.type === T.BOOL) throw badValue('clusteredIndex must be a document')
  const given = toJs(v)
  only(given, ['v', 'key', 'name', 'unique'], 'create.clusteredIndex')
  if (JSON.stringify(given.key) !== '{"_id":1}')
    throw new CommandError(197, 'The clusteredIndex option is only supported with the key {_id: 1}')
  if (given.unique !== true) throw badValue("The clusteredIndex option requires 'unique: true'")
  if (given.v !== undefined && given.v !== 2) throw badValue('the clusteredIndex option requires v: 2')
  if (given.name !== undefined && (typeof given.name !== 'string' || given.name === ''))
    throw badValue('the name of a clustered index must be a non-empty string')
  return { clusteredIndex: { v: 2, key: given.key, name: given.name ?? '_id_', unique: true } }
}

/** A view over another view must compare texts as that one does. */
const checkView = (
  { engine, db, args }: Call,
  { viewOn, pipeline }: Document,
  collation: Collation | undefined,
): void => {
  checkViewGraph(engine, db, args.collection(), { viewOn, pipeline })
  checkViewStages(engine, db, pipeline ?? [], collation)
  const under = engine.catalog.find(db, viewOn)
  if (under?.options.viewOn && under.collation?.id !== collation?.id)
    throw new CommandError(167, `View ${db}.${viewOn} has another collation`)
}

/** A validator, checked: its filter must be one. */
export const validatorOption = (v: Value | undefined): Document => {
  if (!v) return {}
  const validator = toJs(v)
  parseFilter(docValue(toBson(validator)))
  return { validator }
}

/** Whether and how strictly a validator is applied. */
export const validationOptions = ({ args }: Call): Document => {
  const level = oneOf(args.text('validationLevel'), ['off', 'strict', 'moderate'], 'validationLevel')
  const action = oneOf(args.text('validationAction'), ['error', 'warn'], 'validationAction')
  return { ...(level ? { validationLevel: level } : {}), ...(action ? { validationAction: action } : {}) }
}

/** Whether a collection keeps images for change streams; docstore has none, and keeps the wish alone. */
export const imagesOption = (v: Value | undefined): Document => {
  if (!v) return {}
  const given = toJs(v)
  only(given, ['enabled'], 'changeStreamPreAndPostImages')
  if (typeof given.enabled !== 'boolean')
    throw new CommandError(14, "BSON field 'changeStreamPreAndPostImages.enabled' must be a bool")
  return given.enabled ? { changeStreamPreAndPostImages: { enabled: true } } : {}
}

/** A time to live of a whole collection, in seconds. */
export const secondsOption = (n: number | undefined): Document => {
  if (n === undefined) return {}
  if (Number.isNaN(n)) return { expireAfterSeconds: 0 }
  if (!(Math.trunc(n) >= 0 && n <= 2 ** 31 - 1))
    throw invalid(`TTL index 'expireAfterSeconds' option must be within an acceptable range, got ${n}`)
  return { expireAfterSeconds: Math.trunc(n) }
}

const checkTogether = (out: Document): void => {
  const has = (name: string): boolean => out[name] !== undefined
  if (has('pipeline') && !has('viewOn')) throw invalid("'pipeline' requires 'viewOn' to also be specified")
  for (const name of ['capped', 'timeseries', 'clusteredIndex', 'validator', 'changeStreamPreAndPostImages'])
    if (has('viewOn') && has(name)) throw invalid(`'${name}' is not allowed on a view`)
  for (const name of ['capped', 'clusteredIndex', 'validator', 'changeStreamPreAndPostImages'])
    if (has('timeseries') && has(name)) throw invalid(`the option '${name}' is not allowed on a time-series collection`)
  if (has('clusteredIndex') && has('capped')) throw invalid('a capped collection cannot be clustered')
  if (has('expireAfterSeconds') && !has('timeseries') && !has('clusteredIndex'))
    throw invalid(
      "'expireAfterSeconds' is only supported on time-series collections or when the 'clusteredIndex' option is specified",
    )
}

/** The stages a view is given, undefined where it is given none. Throws 14 and 2. */
export const viewOptions = (args: Args): Document => {
  const viewOn = args.text('viewOn')
  if (viewOn === '') throw badValue("'viewOn' cannot be empty")
  if (viewOn !== undefined && /^[.$]|\0/.test(viewOn))
    throw new CommandError(73, `Invalid namespace for 'viewOn': ${viewOn}`)
  const pipeline = args.get('pipeline')
  if (pipeline && pipeline.type !== T.ARRAY)
    throw typeMismatch(
      `BSON field '${args.name}.pipeline' is the wrong type '${T.typeName(pipeline.type)}', expected type 'array'`,
    )
  return { ...(viewOn !== undefined ? { viewOn } : {}), ...(pipeline ? { pipeline: valueToJs(pipeline) } : {}) }
}

/** The options of a `create`, checked, as they are stored and listed. Throws 2, 14, 72, 197 or 40415. */
export const createOptions = (call: Call): Document => {
  const { args } = call
  if (args.get('encryptedFields')) throw badValue('create with encryptedFields is not supported')
  const collation = parseCollation(args.doc('collation'))
  const out: Document = {
    ...viewOptions(args),
    ...cappedOf(call),
    ...validatorOption(args.doc('validator')),
    ...validationOptions(call),
    ...timeseriesOf(args.doc('timeseries')),
    ...clusteredOf(args.get('clusteredIndex')),
    ...secondsOption(args.number('expireAfterSeconds')),
    ...imagesOption(args.doc('changeStreamPreAndPostImages')),
    ...(collation ? { collation: collation.spec } : {}),
  }
  for (const name of ['storageEngine', 'indexOptionDefaults']) {
    const v = args.doc(name)
    if (v) out[name] = toJs(v)
  }
  checkTogether(out)
  if (out.viewOn !== undefined) checkView(call, out, collation)
  // an empty validator is none
  if (out.validator && Object.keys(out.validator).length === 0) delete out.validator
  return out
}
