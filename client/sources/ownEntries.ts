import type { Source } from '#shared/contract/source.ts'

/** Is it the source of what people log themselves? It takes neither keys nor files, and no id that is made has a dash. */
export function isOwnEntries({ id }: Pick<Source, 'id'>): boolean {
  return id.endsWith('-manual')
}
