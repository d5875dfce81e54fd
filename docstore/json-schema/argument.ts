import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { readNumber } from '../filter/number.ts'

/** Error 9 for a keyword that cannot be understood. */
export const failedToParse = (message: string): CommandError => new CommandError(9, message)

const must = (name: string, be: string): CommandError => typeMismatch(`$jsonSchema keyword '${name}' must be ${be}`)

/** The argument of a keyword as a document. Throws 14. */
export const objectOf = (name: string, v: Value): [string, Value][] => {
  if (v.type !== T.OBJECT) throw must(name, 'an object')
  return entriesOf(v)
}

/** As a list that is not empty. Throws 14 and 9. */
export const listOf = (name: string, v: Value): Value[] => {
  if (v.type !== T.ARRAY) throw must(name, 'an array')
  const items = itemsOf(v)
  if (items.length === 0) throw failedToParse(`$jsonSchema keyword '${name}' cannot be an empty array`)
  return items
}

/** As names, each once. Throws 14 and 9. */
export const namesOf = (name: string, v: Value): string[] => {
  const names = listOf(name, v).map((item) => {
    if (item.type !== T.STRING) throw must(name, `an array of strings, but found an element of type ${item.type}`)
    return stringOf(item)
  })
  if (new Set(names).size < names.length)
    throw failedToParse(`$jsonSchema keyword '${name}' array cannot contain duplicate values`)
  return names
}

/** As text. Throws 14. */
export const textOf = (name: string, v: Value): string => {
  if (v.type !== T.STRING) throw must(name, 'a string')
  return stringOf(v)
}

/** As true or false. Throws 14. */
export const boolOf = (name: string, v: Value): boolean => {
  if (v.type !== T.BOOL) throw must(name, 'a boolean')
  return v.buf[v.start] === 1
}

/** As any number. Throws 14. */
export const numberOf = (name: string, v: Value): Value => {
  if (!T.isNumeric(v.type)) throw must(name, 'a number')
  return v
}

/** As a whole number of 0 or more. Throws 14 and 9. */
export const countOf = (name: string, v: Value): number => {
  const n = readNumber(numberOf(name, v))
  if (!Number.isInteger(n) || n < 0)
    throw failedToParse(`$jsonSchema keyword '${name}' must be a non-negative integer, but it is ${n}`)
  return n
}
