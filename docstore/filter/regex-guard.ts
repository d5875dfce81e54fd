import { createContext, Script } from 'node:vm'
import { CommandError } from '../errors.ts'
import { harmlessLength } from './regex-cost.ts'

const MAX_MS = 200

let ask = (): unknown => undefined
const context = createContext({ ask: () => ask() })
const script = new Script('ask()')

/** Does work with patterns under a clock that can stop them in the middle, which costs a tenth of a millisecond. Throws 51156. */
export const onTheClock = <R>(work: () => R): R => {
  let result: R | undefined
  ask = () => {
    result = work()
  }
  try {
    script.runInContext(context, { timeout: MAX_MS })
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new CommandError(
      51156,
      `Error occurred while executing regular expression: it took more than ${MAX_MS} ms on one text`,
    )
  }
  return result as R
}

/** One look at a text, or all matches in it, that cannot keep the process busy: others wait meanwhile. Throws 51156. */
export const guardedBy = <R>(regex: RegExp, look: (text: string) => R): ((text: string) => R) => {
  const harmless = harmlessLength(regex.source)
  return (text) => (text.length <= harmless ? look(text) : onTheClock(() => look(text)))
}

/** A pattern as a question. Throws 51156 when a text would take too long. */
export const guarded = (regex: RegExp): ((text: string) => boolean) => guardedBy(regex, (text) => regex.test(text))
