import { i18n } from '../i18n/i18n.ts'
import { ApiProblem } from './api.ts'

/** Words of the schema library, for programmers: "Too small: expected string to have >=12 characters". */
const machineWords = /^(too (small|big)|invalid|unrecognized|expected)\b/i

/** What is wrong with one field of what was sent, by its path in the body: in the reader's language, and for people. */
export function issueText(error: unknown, path: string): string | undefined {
  const message = error instanceof ApiProblem ? error.issueAt(`body.${path}`) : undefined
  if (message === undefined) return undefined
  return i18n.global.locale.value !== 'en' || machineWords.test(message) ? i18n.global.t('problem.field') : message
}
