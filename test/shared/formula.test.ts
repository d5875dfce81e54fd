import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFormula, maxFormulaLength } from '#shared/formula.ts'

const variables = ['deals_won', 'proposals', 'value_minor', 'quantity']
const known: Record<string, string | number | boolean> = {
  deals_won: 3,
  proposals: 8,
  value_minor: 125_000,
  quantity: 2,
  'attributes.segment': 'key',
  'attributes.seats': 40,
  'attributes.first-deal': true,
}

function value(source: string, values: Record<string, string | number | boolean> = known) {
  const formula = compileFormula(source, variables, { attributes: true })
  if (!formula.ok) throw new Error(`${formula.code}: ${formula.message}`)
  return formula.run((name) => values[name] ?? null)
}

function refusal(source: string, options = { attributes: true }) {
  const formula = compileFormula(source, variables, options)
  return formula.ok ? 'accepted' : formula.code
}

test.each<[string, number | null]>([
  ['deals_won * 100 / proposals', 37.5],
  ['deals_won / 2', 1.5],
  ['7 / 2', 3.5],
  ['7 % 4', 3],
  ['-deals_won + 1.5', -1.5],
  ['min(deals_won, 2)', 2],
  ['max(1, deals_won, 2.5)', 3],
  ['abs(-2)', 2],
  ['floor(2.9) + ceil(2.1)', 5],
  ['round(2.5) + round(-2.5)', 0],
  ['round(100 / 3, 2)', 33.33],
  ['when(deals_won > 2, 10, 1)', 10],
  ['deals_won >= 3 && proposals < 8 ? 1 : 2', 2],
  ['!(deals_won == 3) || proposals != 8 ? 1 : 2', 2],
  ['value_minor / 10000 * when(attributes.segment == "key", 2, 1)', 25],
  ['attributes.seats * 2', 80],
  ['attributes["first-deal"] ? 50 : 0', 50],
  ['attributes.missing == "x" ? 1 : 2', 2],
])('%s is %d', (source, expected) => {
  expect(value(source)).toBe(expected)
})

test.each([
  'deals_won / 0',
  '0 / 0',
  'deals_won % 0',
  'deals_won / (proposals - 8)',
  'min(1, 1 / 0)',
  '1 / (1 / 0)',
  '1.0e308 * 10',
  'attributes.missing + 1',
  'attributes.segment * 2',
  'when(attributes.missing, 1, 2)',
])('%s has no value, and never an infinite one', (source) => {
  expect(value(source)).toBeNull()
})

test('a formula tells what it reads, each once', () => {
  const formula = compileFormula('deals_won / max(proposals, deals_won) + attributes.seats', variables, {
    attributes: true,
  })
  expect(formula.ok && formula.uses).toEqual(['deals_won', 'proposals', 'attributes.seats'])
})

test.each([
  ['calls + 1', 'formula.unknown-variable'],
  ['deals_won +', 'formula.syntax'],
  ['', 'formula.syntax'],
  ['deals_won > 1', 'formula.type'],
  ['"text"', 'formula.type'],
  ['"a" + "b"', 'formula.type'],
  ['deals_won == "3" ? 1 : 2', 'formula.type'],
  ['deals_won ? 1 : 2', 'formula.type'],
  ['deals_won > 1 ? 1 : "no"', 'formula.type'],
  ['abs(1, 2)', 'formula.type'],
  ['min()', 'formula.type'],
  ['[1, 2][0]', 'formula.syntax'],
  ['[1,2,3].map(x, x)', 'formula.syntax'],
  ['1 in [1]', 'formula.syntax'],
  ['{"a": 1}.a', 'formula.syntax'],
  ['b"abc"', 'formula.not-allowed'],
  ['1u', 'formula.not-allowed'],
  ['null', 'formula.not-allowed'],
  ['99999999999999999999', 'formula.not-allowed'],
  ['attributes.segment.matches("(a+)+$") ? 1 : 2', 'formula.not-allowed'],
  ['"aaaa".matches("(a+)+$") ? 1 : 2', 'formula.not-allowed'],
  ['matches("a", "a") ? 1 : 2', 'formula.not-allowed'],
  ['size("abc")', 'formula.not-allowed'],
  ['has(attributes.segment) ? 1 : 2', 'formula.not-allowed'],
  ['cel.bind(x, 1, x)', 'formula.not-allowed'],
  ['dyn(1)', 'formula.not-allowed'],
  ['timestamp("2026-01-01T00:00:00Z")', 'formula.not-allowed'],
  ['deals_won.constructor', 'formula.not-allowed'],
  ['attributes.segment.length', 'formula.not-allowed'],
  ['attributes[attributes.segment]', 'formula.not-allowed'],
  ['attributes', 'formula.unknown-variable'],
  ['constructor', 'formula.unknown-variable'],
  ['toString', 'formula.unknown-variable'],
  ['toString()', 'formula.not-allowed'],
  ['attributes["__proto__"]', 'formula.unknown-variable'],
  ['attributes.__proto__', 'formula.unknown-variable'],
  ['this', 'formula.unknown-variable'],
  ['globalThis.process', 'formula.not-allowed'],
])('%s is refused as %s', (source, code) => {
  expect(refusal(source)).toBe(code)
})

test('attributes cannot be read where there are none, as in a metric over metrics', () => {
  expect(refusal('attributes.segment == "x" ? 1 : 2', { attributes: false })).toBe('formula.not-allowed')
})

test('a refusal says where in the formula it is wrong', () => {
  const formula = compileFormula('deals_won + calls', variables)
  expect(formula).toMatchObject({ ok: false, code: 'formula.unknown-variable', range: { start: 12, end: 17 } })
})

test('long, deep and wide formulas are refused before they cost anything', () => {
  const hostile = [
    '1+'.repeat(maxFormulaLength),
    `${'('.repeat(240)}1${')'.repeat(240)}`,
    '-'.repeat(499),
    `${'!'.repeat(400)}true ? 1 : 2`,
    `${'abs('.repeat(80)}1${')'.repeat(80)}`,
    `1${'+1'.repeat(249)}`,
    `min(${'1,'.repeat(100)}1)`,
    `${'true?1:'.repeat(60)}1`,
    `"${'a'.repeat(490)}`,
    'a.'.repeat(240),
    `${'attributes.'.repeat(40)}a`,
    '"\\u'.repeat(100),
    '\u0000'.repeat(100),
    '/*'.repeat(200),
    '1e'.repeat(200),
  ]
  const startMs = performance.now()
  for (const source of hostile) expect(refusal(source)).toMatch(/^formula\./)
  expect(performance.now() - startMs).toBeLessThan(500)
})

test('any text at all gives a formula or a refusal, and a formula gives a finite number or nothing', () => {
  const pieces = fc.constantFrom(
    ...['deals_won', 'proposals', '0', '1', '2.5', '+', '-', '*', '/', '%', '(', ')', ' ', '?', ':', '==', '<', '&&'],
    ...['!', 'min(', 'round(', ',', '"a"', 'true', 'attributes.seats', '.', '[', ']', '{', 'matches', '\\', '\n', '🙂'],
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 60 }),
  )
  fc.assert(
    fc.property(texts, fc.double(), fc.double(), (source, deals, proposals) => {
      const formula = compileFormula(source, variables, { attributes: true })
      if (!formula.ok) {
        expect(formula.range.start).toBeLessThanOrEqual(formula.range.end)
        return
      }
      const given: Record<string, number> = { deals_won: deals, proposals }
      const answer = formula.run((name) => given[name] ?? null)
      expect(answer === null || Number.isFinite(answer)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
