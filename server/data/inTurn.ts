/**
 * Does some work for each of a list, one after another. What fails for one keeps none of the others from theirs; the first
 * failure is thrown when all are through.
 */
export async function inTurn<T>(
  all: Iterable<T> | AsyncIterable<T>,
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = []
  for await (const one of all) await work(one).catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
