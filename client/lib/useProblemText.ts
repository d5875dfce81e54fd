import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'
import { ApiProblem } from './api.ts'

/** Problems that we say in our own words; others carry the server's sentence. */
const own: Record<string, MessageKey> = {
  'network.offline': 'problem.offline',
  'network.timeout': 'problem.timeout',
  'network.answer': 'problem.answer',
}

/** A sentence for people about anything that was thrown. */
export function useProblemText() {
  const { t } = useText()
  return (error: unknown): string => {
    if (!(error instanceof ApiProblem)) return t('problem.unexpected')
    const key = own[error.code]
    return key ? t(key) : error.message
  }
}
