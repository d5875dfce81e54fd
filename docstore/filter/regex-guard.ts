import { createContext, Script } from 'node:vm'
import { CommandError } from '../errors.ts'
import { harmlessLength } from './regex-cost.ts'

const MAX_MS = 200

let ask = (): boolean => false
const context = createContext({ ask: () => ask() })
const script = new Script('ask()')

/** Asks under a clock that can stop a pattern in the middle of its work, which costs a tenth of a millisecond. */
const askOnTheClock = (regex: RegExp, text: string): boolean => {
  ask = () => regex.test(text)
  try {
    return script.runInContext(context, { timeout: MAX_MS }) as boolean
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new CommandError(
      51156,
      `Error occurred while executing regular expression: it took more than ${MAX_MS} ms on one text`,
    )
  }
}

/** A pattern as a question. Throws 51156 when a text would keep the process busy: others wait meanwhile. */
export const guarded = (regex: RegExp): ((text: string) => boolean) => {
  const harmless = harmlessLength(regex.source)
  return (text) => (text.length <= harmless ? regex.test(text) : askOnTheClock(regex, text))
}
