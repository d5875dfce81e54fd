import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRow, openCsv } from '#server/imports/csvRows.ts'

async function read(text: string | Uint8Array) {
  const file = await openCsv(typeof text === 'string' ? Buffer.from(text) : text)
  const rows: CsvRow[] = []
  for await (const row of file.rows()) rows.push(row)
  return { ...file, rows }
}

test('a row is known by the line on which it begins, whatever ends lines and however many lines its cells have', async () => {
  const { rows, total } = await read('a,b\r\n1,"x\r\ny"\r\n\r\n2,z\n3,"q"\n  \n4,x"y\n5,"a"b\r6,"😀"')
  expect(rows.map(({ row, line }) => [row.a, row.b, line])).toEqual([
    ['1', 'x\r\ny', 2],
    ['2', 'z', 5],
    ['3', 'q', 6],
    ['4', 'x"y', 8],
    ['5', '"a"b', 9],
    ['6', '😀', 10],
  ])
  expect(total).toBe(6)
})

test('an amount with a comma that is not in quotes makes a bad row, and not a smaller amount; empty cells at the end do no harm', async () => {
  const { rows } = await read('id,amount\n1,1,234.50\n2,5,,\n3,"1,234.50"')
  expect(rows.map(({ row, tooLong }) => [row.amount, tooLong?.code, tooLong?.value])).toEqual([
    ['1', 'row.too_long', '234.50'],
    ['5', undefined, undefined],
    ['1,234.50', undefined, undefined],
  ])
})

test('a file that ends amid a quote is refused with the line where the quote opens, before anything of it is used', async () => {
  await expect(read('a,b\n1,2\n3,"cut\n4,5\n')).rejects.toMatchObject({ code: 'import.csv', message: /line 3/ })
})

test('a spreadsheet that was not saved as text, and a file without a header, are refused', async () => {
  await expect(read(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0xff, 0xfe]))).rejects.toMatchObject({
    code: 'import.encoding',
  })
  for (const text of ['', '\n\n', ' , \n1,2']) await expect(read(text)).rejects.toMatchObject({ code: 'import.empty' })
})

test.each([',', ';', '\t', '|'])('cells may be parted by %j, which the header shows', async (mark) => {
  const { rows } = await read(['id', 'name', 'amount\n1', '"Ana, and; Bo"', '5'].join(mark))
  expect(rows.map(({ row }) => row)).toEqual([{ id: '1', name: 'Ana, and; Bo', amount: '5' }])
})

test('columns of one name, or without a name, can be told apart', async () => {
  const { headers } = await read('id,,id,id (2),__proto__\n1,2,3,4,5')
  expect(headers).toEqual(['id', 'Column 2', 'id (2)', 'id (2) (2)', '__proto__'])
})

test('a file that is longer than a slice is read whole, also when a character lies across two slices', async () => {
  const lines = Array.from({ length: 30_000 }, (_, at) => `${at},"王小明 ""${at}"""`)
  const { rows, total } = await read(['id,name', ...lines].join('\n'))
  expect(total).toBe(30_000)
  expect(rows).toHaveLength(30_000)
  expect(rows.every(({ row, line }, at) => row.name === `王小明 "${at}"` && line === at + 2)).toBe(true)
})

test('the number of rows is known before they are read, whatever stands in the cells', async () => {
  const cell = fc.stringMatching(/^[a ,;"\r\n王]{0,6}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 20 }), async (cells) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
      const { rows, total } = await read(['a,b', ...cells.map((row) => row.map(quoted).join(','))].join('\n'))
      expect(rows.map(({ row }) => [row.a, row.b])).toEqual(cells)
      expect(total).toBe(cells.length)
    }),
    { numRuns: 100 },
  )
})
