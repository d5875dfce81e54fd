import type { Document } from 'bson'
import * as T from '../bson/types.ts'
import { findField } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'

/** A time series takes only documents that say when. Throws 2. */
export const checkMeasurement = (doc: Buffer, timeField: string): void => {
  if (findField(doc, 0, Buffer.from(timeField))?.type !== T.DATE)
    throw badValue(`'${timeField}' must be present and contain a valid BSON UTC datetime value`)
}

const asksOnly = (query: Document, meta: string | undefined): boolean =>
  Object.entries(query).every(([path, v]) =>
    /^\$(and|or|nor)$/.test(path) && Array.isArray(v)
      ? v.every((part) => asksOnly(part, meta))
      : meta !== undefined && (path === meta || path.startsWith(`${meta}.`)),
  )

/** Of a time series only the labels of its documents may be changed, of many at once and by no other field. Throws 72. */
export const checkSeriesUpdate = (
  { metaField }: Document,
  query: Document,
  touched: ReadonlySet<string> | undefined,
  plainMulti: boolean,
): void => {
  const allowed =
    plainMulti && asksOnly(query, metaField) && touched !== undefined && [...touched].every((top) => top === metaField)
  if (!allowed)
    throw new CommandError(
      72,
      'Cannot perform this update on a time-series collection: it must be multi, without upsert, and match and change the metaField alone',
    )
}
