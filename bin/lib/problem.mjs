/** Something that the person at the keyboard can put right: shown as its one sentence, without a stack. */
export class Problem extends Error {}

/**
 * Shows why a command cannot go on and makes it end with exit code 1.
 * @param {unknown} error
 */
export function showProblem(error) {
  const problem = error instanceof Problem ? error : noRoom(errorCode(error))
  console.error(
    problem
      ? `\n${problem.message}`
      : `\nPitboard has a fault here; please report it with these lines.\n${trace(error)}`,
  )
  process.exitCode = 1
}

/**
 * The Problem of something that ended for want of room on the disk.
 * @param {string} said
 * @param {string} [folder] the data folder, where that is what lies on the disk
 * @returns {Problem | undefined} undefined when it ended for something else
 */
export function noRoom(said, folder) {
  if (!/ENOSPC|no space left on device|disk is full/i.test(said)) return undefined
  const other = folder ? ', or choose another folder with --data-dir (or DATA_DIR)' : ''
  return new Problem(`The disk${folder ? ` of ${folder}` : ''} is full: make room on it${other}.`)
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
