/** Ends the process with one sentence for the operator. */
export const die = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** One line of JSON for whoever started the program. */
export const print = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
