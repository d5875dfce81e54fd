import * as T from '../bson/types.ts'
import { bytesOf, docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { UNITS, type Unit } from '../expression/calendar.ts'
import { addUnits } from '../expression/dates.ts'
import { date, int32, type Maybe } from '../expression/make.ts'
import { calculate } from '../expression/numbers.ts'
import { isNullish, typeOf } from '../expression/operator.ts'
import { pathNames, valueAt } from '../expression/path.ts'
import { UTC } from '../expression/zone.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { pathOf } from '../keys/path.ts'
import { checkDeadline } from '../plan/deadline.ts'
import type { Context, Stage } from './context.ts'
import { setAt } from './list-stages.ts'
import { partitioned } from './partition.ts'
import { fieldsExpr, namesIn } from './window-stages.ts'

const MAX_MADE = 500_000

interface Range {
  readonly step: Value
  readonly unit: Unit | undefined
  readonly bounds: 'full' | 'partition' | readonly [Value, Value]
}

const unknownIn = (given: ReadonlyMap<string, Value>, where: string, known: readonly string[]): void => {
  for (const key of given.keys())
    if (!known.includes(key)) throw new CommandError(40415, `BSON field '${where}.${key}' is an unknown field.`)
}

const missing = (where: string): CommandError =>
  new CommandError(40414, `BSON field '${where}' is missing but a required field`)

const boundsOf = (v: Value | undefined, unit: Unit | undefined): Range['bounds'] => {
  if (!v) throw missing('$densify.range.bounds')
  if (v.type === T.STRING) {
    const word = stringOf(v)
    if (word !== 'full' && word !== 'partition')
      throw new CommandError(5946802, "Bounds string must either be 'full' or 'partition'")
    return word
  }
  const [low, high, more] = v.type === T.ARRAY ? itemsOf(v) : []
  if (!low || !high || more)
    throw new CommandError(5733403, 'a bounding array in a range statement must have exactly two elements')
  const fits = (b: Value): boolean => (unit ? b.type === T.DATE : T.isNumeric(b.type))
  if (!fits(low) || !fits(high))
    throw new CommandError(
      5733402,
      `A bounding array must contain either both dates or both numeric types, as the unit asks`,
    )
  if (compareValues(low, high) > 0)
    throw new CommandError(5733402, 'the bounds in a range statement must be the lower bound and the upper bound')
  return [low, high]
}

const rangeOf = (v: Value | undefined): Range => {
  if (!v) throw missing('$densify.range')
  if (v.type !== T.OBJECT)
    throw new CommandError(14, `BSON field '$densify.range' is the wrong type '${typeOf(v)}', expected type 'object'`)
  const given = new Map(entriesOf(v))
  unknownIn(given, '$densify.range', ['step', 'unit', 'bounds'])
  const [step, unitValue] = [given.get('step'), given.get('unit')]
  if (!step) throw missing('$densify.range.step')
  if (!T.isNumeric(step.type))
    throw new CommandError(
      14,
      `BSON field '$densify.range.step' is the wrong type '${typeOf(step)}', expected a number`,
    )
  if (!(readNumber(step) > 0))
    throw new CommandError(5733401, 'the step parameter in a range statement must be a strictly positive numeric value')
  if (unitValue && (unitValue.type !== T.STRING || !UNITS.includes(stringOf(unitValue))))
    throw new CommandError(2, 'unknown time unit value')
  if (unitValue && !Number.isInteger(readNumber(step)))
    throw new CommandError(
      6586400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    )
  const unit = unitValue && (stringOf(unitValue) as Unit)
  return { step, unit, bounds: boundsOf(given.get('bounds'), unit) }
}

export const densify = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(5733200, `The $densify stage specification must be an object, found ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  unknownIn(given, '$densify', ['field', 'partitionByFields', 'range'])
  const fieldValue = given.get('field')
  if (!fieldValue) throw missing('$densify.field')
  if (fieldValue.type !== T.STRING)
    throw new CommandError(
      14,
      `BSON field '$densify.field' is the wrong type '${typeOf(fieldValue)}', expected type 'string'`,
    )
  const names = pathNames(stringOf(fieldValue))
  const { step, unit, bounds } = rangeOf(given.get('range'))
  const fields = given.get('partitionByFields')
  const partNames = fields ? namesIn(fields, 14, 'partitionByFields must be a list of field names') : []
  if (partNames.includes(stringOf(fieldValue)))
    throw new CommandError(8993000, 'BSON field partitionByFields contains the field that is being densified')
  if (bounds === 'partition' && !partNames.length)
    throw new CommandError(
      5733408,
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    )
  const part = partNames.length ? fieldsExpr(partNames, scope) : undefined
  const path = names.map((name) => Buffer.from(name))
  const sort = [{ path: pathOf(stringOf(fieldValue)), direction: 1 as const }]

  /** The n-th step after a value; counted from it, so that months do not drift. */
  const stepped = (from: Value, n: number): Value => {
    if (unit) return date(addUnits(Number(from.buf.readBigInt64LE(from.start)), unit, n * readNumber(step), UTC))
    return calculate('add', from, calculate('multiply', step, int32(n)))
  }
  const keyOf = (doc: Value): Maybe => {
    const key = valueAt(doc, path)
    if (isNullish(key)) return undefined
    if (unit ? key.type !== T.DATE : !T.isNumeric(key.type))
      throw new CommandError(
        unit ? 6053600 : 5733201,
        `$densify field type must be ${unit ? 'a date' : 'numeric'}, found ${typeOf(key)}`,
      )
    return key
  }
  let made = 0
  const madeDoc = (like: Value | undefined, key: Value): Buffer => {
    if (++made > MAX_MADE)
      throw new CommandError(
        5897900,
        `Generated ${made} documents in $densify, which is over the limit of ${MAX_MADE}.`,
      )
    if ((made & 255) === 0) checkDeadline()
    let doc: Value | undefined
    for (const name of partNames) {
      const parts = pathNames(name)
      doc = docValue(
        setAt(
          doc,
          parts,
          valueAt(
            like,
            parts.map((p) => Buffer.from(p)),
          ),
        ),
      )
    }
    return setAt(doc, names, key)
  }
  function* dense(
    docs: readonly Value[],
    low: Value | undefined,
    high: Value | undefined,
    open: boolean,
  ): Generator<Buffer> {
    const start = low ?? docs.map(keyOf).find((key) => key !== undefined)
    let n = 0
    let next = start
    const ahead = (): void => {
      next = start && stepped(start, ++n)
    }
    const within = (key: Value): boolean =>
      high !== undefined && (open ? compareValues(key, high) < 0 : compareValues(key, high) <= 0)
    for (const doc of docs) {
      const key = keyOf(doc)
      while (key && next && compareValues(next, key) < 0 && (!high || within(next))) {
        yield madeDoc(docs[0], next)
        ahead()
      }
      if (key && next && compareValues(next, key) === 0) ahead()
      yield bytesOf(doc)
    }
    while (next && within(next)) {
      yield madeDoc(docs[0], next)
      ahead()
    }
  }
  return {
    name: '$densify',
    *run(rows) {
      made = 0
      const all = partitioned(rows, part, { sort, scope, name: '$densify' })
      const keys =
        bounds === 'full'
          ? all
              .flat()
              .map(keyOf)
              .filter((key) => key !== undefined)
          : []
      const low =
        bounds === 'full' ? keys.reduce<Maybe>((a, b) => (a && compareValues(a, b) <= 0 ? a : b), undefined) : undefined
      const high =
        bounds === 'full' ? keys.reduce<Maybe>((a, b) => (a && compareValues(a, b) >= 0 ? a : b), undefined) : undefined
      if (all.length === 0 && typeof bounds !== 'string') yield* dense([], bounds[0], bounds[1], true)
      for (const docs of all) {
        if (bounds === 'partition') yield* dense(docs, undefined, undefined, false)
        else if (bounds === 'full') yield* dense(docs, low, high, false)
        else yield* dense(docs, bounds[0], bounds[1], true)
      }
    },
  }
}
