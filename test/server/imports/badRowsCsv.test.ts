import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { badRowsCsv } from '#server/imports/badRowsCsv.ts'

const row = (value: string) => ({
  file: 'activities' as const,
  line: 3,
  column: 'amount',
  value,
  code: 'value.unreadable',
  message: 'That is no amount',
})
const cells = (values: string[]): string[] => parse(badRowsCsv(values.map(row)), { bom: true }).flat()

test('no cell of the bad rows is a formula, whichever sign a spreadsheet divides cells by', () => {
  const starts = ['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '"=1+1"', '＝1+1']
  const values = starts.flatMap((one) => [one, `a;${one}`, `a\t${one}`, `a\n${one}`, `a;b;"${one}`, `;${one}`])
  for (const delimiter of [',', ';', '\t'])
    for (const line of badRowsCsv(values.map(row)).split(/[\r\n]+/))
      expect(line.split(delimiter).filter((cell) => /^["\s]*[=+\-@＝]/.test(cell))).toEqual([])
})

test('what is no formula stands in the bad rows as it was', () => {
  const values = ['a;b', '3;4', 'Ac\nme', '1.200,50', 'x-y; z', 'me@floor.example;you', "O'Neil"]
  expect(cells(values).filter((cell) => values.includes(cell))).toEqual(values)
})
