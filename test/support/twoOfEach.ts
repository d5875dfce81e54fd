import { type House, openHouse } from './house.ts'
import { type Running, startProcess } from './processes.ts'
import { openWall, type Wall } from './wall.ts'

/** Two servers with a wall each and two workers on one Redis. */
export interface TwoOfEach {
  house: House
  walls: Wall[]
  /** Those that `close` will stop. */
  workers: Running[]
  close(): Promise<void>
}

/** Starts them on the Redis with this url. */
export async function openTwoOfEach(redisUrl: string): Promise<TwoOfEach> {
  const house = await openHouse({ REDIS_URL: redisUrl })
  const { MONGODB_URL, REDIS_URL } = house.config
  const start = () => startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
  const workers = await Promise.all([start(), start()])
  const second = await house.openSecond()
  const walls = [house.url, `http://127.0.0.1:${second.port}`].map((url) => openWall(url, house.cookie('wall')))
  return {
    house,
    walls,
    workers,
    async close() {
      for (const wall of walls) wall.close()
      await Promise.all(workers.splice(0).map((one) => one.stop()))
      await house.close()
    },
  }
}
