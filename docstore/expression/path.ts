import * as T from '../bson/types.ts'
import { Fields, findField, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { array, type Maybe } from './make.ts'

/** Checks one name of a field path. Throws 15998, 16410, 16411. */
export const checkName = (name: string): void => {
  if (name === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.')
  if (name.startsWith('$'))
    throw new CommandError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    )
  if (name.includes('\0')) throw new CommandError(16411, `FieldPath field names may not contain '\\0'.`)
}

/** Splits and checks a dotted path. Throws 40352, 40353 and what is wrong with its names. */
export const pathNames = (path: string): string[] => {
  if (path === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) throw new CommandError(40353, "FieldPath must not end with a '.'.")
  const names = path.split('.')
  for (const name of names) checkName(name)
  return names
}

/** What lies at the end of a path; of an array, the list of what lies there in each of its documents. */
export const valueAt = (from: Maybe, names: readonly Buffer[], depth = 0): Maybe => {
  let v = from
  for (let at = depth; at < names.length; at++) {
    if (!v) return undefined
    if (v.type === T.OBJECT) v = findField(v.buf, v.start, names[at] as Buffer)
    else return v.type === T.ARRAY ? throughArray(v, names, at) : undefined
  }
  return v
}

const throughArray = (list: Value, names: readonly Buffer[], depth: number): Value => {
  const out: Value[] = []
  const items = new Fields(list.buf, list.start)
  while (items.next()) {
    const found = items.type === T.OBJECT ? valueAt(items.value, names, depth) : undefined
    if (found) out.push(found)
  }
  return array(out)
}
