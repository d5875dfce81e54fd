/** Something that the person at the keyboard can put right: shown as its one sentence, without a stack. */
export class Problem extends Error {}

/**
 * Shows why a command cannot go on and makes it end with exit code 1.
 * @param {unknown} error
 */
export function showProblem(error) {
  const known = error instanceof Problem
  console.error(
    known ? `\n${error.message}` : `\nPitboard has a fault here; please report it with these lines.\n${trace(error)}`,
  )
  process.exitCode = 1
}

/** @param {unknown} error */
function trace(error) {
  return error instanceof Error ? error.stack : String(error)
}

/**
 * The code of a system error (`EACCES`, `ENOENT` …), or an empty text.
 * @param {unknown} error
 * @returns {string}
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
