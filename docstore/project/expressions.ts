import { projectTree, shaper } from '../aggregate/project.ts'
import * as T from '../bson/types.ts'
import { docValue, entriesOf, Fields, itemsOf, type Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'
import { badValue, CommandError } from '../errors.ts'
import { int32, object } from '../expression/make.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import { parseOperators } from '../filter/operators.ts'
import { parseFilter } from '../filter/parse.ts'
import { matchedPosition } from '../filter/position.ts'
import { scopeOf, type Variables } from '../filter/whole.ts'
import { pathOf } from '../keys/path.ts'
import type { Projection } from './pick.ts'

type Cut = (items: Value[], doc: Value) => Value[]

const sliceCut = (v: Value): Cut => {
  const [first, count] = v.type === T.ARRAY ? itemsOf(v).map(readNumber) : [readNumber(v)]
  if (first === undefined || !Number.isFinite(first)) throw new CommandError(28667, 'Invalid $slice syntax')
  if (count === undefined) return (items) => (first < 0 ? items.slice(first) : items.slice(0, first))
  if (count <= 0) throw new CommandError(28724, 'First argument to $slice must be a positive number')
  return (items) => {
    const start = first < 0 ? Math.max(items.length + first, 0) : first
    return items.slice(start, start + count)
  }
}

const elemCut = (path: string, v: Value, variables: Variables): Cut => {
  const spec = new Writer()
  const mark = spec.open()
  spec.value('$elemMatch', v)
  spec.close(mark)
  const [node] = parseOperators(pathOf(path), docValue(spec.done()), {
    parse: (doc) => parseFilter(doc, variables),
    collation: variables.collation,
  })
  const ask = node?.kind === 'field' ? node.test.element : undefined
  return (items) => {
    const hit = ask && items.find(ask)
    return hit ? [hit] : []
  }
}

const positionCut = (path: string, filter: Node): Cut => {
  return (items, doc) => {
    const at = matchedPosition(filter, doc, path)
    if (at === undefined)
      throw new CommandError(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      )
    return items.slice(at, at + 1)
  }
}

interface Cuts {
  readonly cuts: Map<string, Cut>
  readonly dropEmpty: ReadonlySet<string>
  readonly rest: ReadonlyMap<string, Value>
}

const readCuts = (v: Value, filter: Node, variables: Variables): Cuts => {
  const cuts = new Map<string, Cut>()
  const dropEmpty = new Set<string>()
  const rest = new Map(entriesOf(v))
  for (const [path, value] of entriesOf(v)) {
    const [operator, arg] = value.type === T.OBJECT ? (entriesOf(value)[0] ?? []) : []
    if (path.endsWith('.$')) {
      rest.delete(path)
      const name = path.slice(0, -2)
      rest.set(name, int32(1))
      cuts.set(name, positionCut(name, filter))
    } else if (
      operator === '$slice' &&
      arg &&
      (T.isNumeric(arg.type) ||
        (arg.type === T.ARRAY && itemsOf(arg).length === 2 && itemsOf(arg).every((i) => T.isNumeric(i.type))))
    ) {
      rest.delete(path)
      cuts.set(path, sliceCut(arg))
    } else if (operator === '$elemMatch' && arg) {
      if (path.includes('.'))
        throw new CommandError(31275, `Cannot use $elemMatch projection on a nested field: ${path}`)
      rest.set(path, int32(1))
      cuts.set(path, elemCut(path, arg, variables))
      dropEmpty.add(path)
    } else if (operator === '$meta') throw badValue('$meta is not supported')
  }
  return { cuts, dropEmpty, rest }
}

const cutDoc = (doc: Buffer, { cuts, dropEmpty }: Cuts): Buffer => {
  const whole = docValue(doc)
  const write = (w: Writer, start: number, prefix: string): void => {
    const mark = w.open()
    const fields = new Fields(doc, start)
    while (fields.next()) {
      const path = prefix + fields.name
      const cut = cuts.get(path)
      if (cut && fields.type === T.ARRAY) {
        const items = cut(itemsOf(fields.value), whole)
        if (items.length === 0 && dropEmpty.has(path)) continue
        w.name(T.ARRAY, fields.name)
        const list = w.open()
        items.forEach((item, i) => {
          w.value(indexName(i), item)
        })
        w.close(list)
      } else if (cut && dropEmpty.has(path)) {
        // $elemMatch shows nothing of what is no array
      } else if (fields.type === T.OBJECT && [...cuts.keys()].some((name) => name.startsWith(`${path}.`))) {
        w.name(T.OBJECT, fields.name)
        write(w, fields.start, `${path}.`)
      } else w.value(fields.name, fields.value)
    }
    w.close(mark)
  }
  const w = new Writer(doc.length + 64)
  write(w, 0, '')
  return w.done()
}

const isPlain = (v: Value): boolean => v.type === T.BOOL || T.isNumeric(v.type)

/** Projections with $slice, $elemMatch, `path.$` or expressions; `parsePlain` parses what is left when those are taken out. */
export const expressionProjection = (
  v: Value,
  { filter, variables, parsePlain }: { filter: Node; variables: Variables; parsePlain: (rest: Value) => Projection },
): Projection => {
  const cuts = readCuts(v, filter, variables)
  const cutter: Projection = cuts.cuts.size ? (doc) => cutDoc(doc, cuts) : (doc) => doc
  const rest = object(cuts.rest)
  if ([...cuts.rest.values()].every(isPlain)) {
    const after = parsePlain(rest)
    return (doc) => after(cutter(doc))
  }
  const scope = scopeOf(variables)
  const shape = shaper(projectTree(rest, scope), scope)
  return (doc) => shape(cutter(doc))
}
