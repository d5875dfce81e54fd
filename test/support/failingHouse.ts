import { startDocstore } from './docstore.ts'
import { type House, openHouse } from './house.ts'

/** A house whose database can be made to fail (see faults.ts). Close it at the end. */
export interface FailingHouse {
  house: House
  close(): Promise<void>
}

/** Opens one. */
export async function openFailingHouse(): Promise<FailingHouse> {
  const docstore = await startDocstore({ args: ['--test-commands'] })
  const house = await openHouse({ MONGODB_URL: docstore.uri('pitboard') })
  return {
    house,
    async close() {
      await house.close()
      await docstore.stop()
    },
  }
}
