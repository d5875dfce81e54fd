import type { en } from './en.ts'

/** The English words give the shape; every other language has exactly these keys. */
export type Messages = Shape<typeof en>
type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> }

/** Every key of a text: `wall.live`. */
export type MessageKey = Keys<typeof en>
type Keys<T, Before extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${K}` : Keys<T[K], `${Before}${K}.`>
}[keyof T & string]
