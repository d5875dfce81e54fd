import * as T from '../bson/types.ts'
import { findField } from '../bson/value.ts'
import { badValue } from '../errors.ts'

/** A time series takes only documents that say when. Throws 2. */
export const checkMeasurement = (doc: Buffer, timeField: string): void => {
  if (findField(doc, 0, Buffer.from(timeField))?.type !== T.DATE)
    throw badValue(`'${timeField}' must be present and contain a valid BSON UTC datetime value`)
}
