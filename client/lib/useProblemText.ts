import { i18n } from '../i18n/i18n.ts'
import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'
import { ApiProblem } from './api.ts'

/** Problems of the line, which no server has words for. */
const own: Record<string, MessageKey> = {
  'network.offline': 'problem.offline',
  'network.timeout': 'problem.timeout',
  'network.answer': 'problem.answer',
}

/** A sentence for people about anything that was thrown: ours in the reader's language, else the server's. */
export function useProblemText() {
  const { t } = useText()
  return (error: unknown): string => {
    if (!(error instanceof ApiProblem)) return t('problem.unexpected')
    const key = own[error.code]
    if (key) return t(key)
    const refusal = `refusal.${error.code}`
    return i18n.global.te(refusal) ? i18n.global.t(refusal) : error.message
  }
}
