/** A store did not answer in time. What was asked of it may still happen. */
export class StoreTimeout extends Error {
  constructor(ms: number) {
    super(`A store did not answer within ${ms} ms`)
    this.name = 'StoreTimeout'
  }
}

/** What the work gives, or a StoreTimeout after so many ms: a store that hangs is as good as one that is away. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreTimeout(ms)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
