/** A column; `number` aligns right. Its cell is the slot of its key, else the row's own text by `text`. */
export interface Column<R> {
  key: string
  label: string
  number?: boolean
  /** Left out on a phone. */
  wide?: boolean
  text?: (row: R) => string | number
}
