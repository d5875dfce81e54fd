import { startDocstore } from './docstore.ts'
import { type House, openHouse } from './house.ts'

const commands = ['find', 'aggregate', 'count', 'distinct', 'getMore', 'insert', 'update', 'delete', 'findAndModify']
const most = 300

/** A house whose database fails on command. Close it at the end. */
export interface FailingHouse {
  house: House
  /** Has every command of some kinds fail as `fault` says (see docstore/fail-points.ts), while `work` runs. */
  failing<T>(
    fault: { failCommands: string[]; namespace?: string; [how: string]: unknown },
    work: () => Promise<T>,
  ): Promise<T>
  /**
   * Does `work` with the database failing from its first command on, then from its second on and so forth, until it gets to
   * its end; answers what it gave then, and how often it failed. `failed` says whether it did.
   */
  untilDone<T>(work: () => Promise<T>, failed: (outcome: T) => boolean): Promise<{ outcome: T; failures: number }>
  close(): Promise<void>
}

/** Opens one. */
export async function openFailingHouse(): Promise<FailingHouse> {
  const docstore = await startDocstore({ args: ['--test-commands'] })
  const house = await openHouse({ MONGODB_URL: docstore.uri('pitboard') })
  const failPoint = (mode: unknown, data: object) =>
    house.web.stores.mongo.connection.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode, data })
  const during = async <T>(mode: unknown, data: object, work: () => Promise<T>) => {
    await failPoint(mode, data)
    return await work().finally(() => failPoint('off', {}))
  }
  return {
    house,
    failing: (fault, work) => during('alwaysOn', fault, work),
    async untilDone(work, failed) {
      for (let skip = 0; skip < most; skip++) {
        const outcome = await during({ skip }, { failCommands: commands, errorCode: 14031 }, work)
        if (!failed(outcome)) return { outcome, failures: skip }
      }
      throw new Error(`It fails also when ${most} commands of the database succeed: ${work}`)
    },
    async close() {
      await house.close()
      await docstore.stop()
    },
  }
}
