import { statfs } from 'node:fs/promises'

const everyMs = 10_000
const lowMb = 64

/**
 * Says once when the disk of the data folder is nearly full, and once when it has room again: until then nothing is taken
 * in, and only those who send would know.
 * @param {string} folder
 * @param {(line: string) => void} say
 * @param {() => Promise<number>} [freeMb] free space that this user may use
 * @returns {() => Promise<void>} looks now
 */
export function roomWatch(folder, say, freeMb = () => freeMbOf(folder)) {
  let low = false
  return async () => {
    const free = await freeMb().catch(() => Number.POSITIVE_INFINITY)
    if (free < lowMb && !low)
      say(
        `The disk of ${folder} has ${Math.floor(free)} MB left. Once it is full, nothing is taken in: make room on it.`,
      )
    if (free >= lowMb && low) say(`The disk of ${folder} has room again.`)
    low = free < lowMb
  }
}

/**
 * Looks every ten seconds, as long as this process lives.
 * @param {string} folder
 */
export function watchRoom(folder) {
  const look = roomWatch(folder, (line) => console.log(`! ${line}`))
  void look()
  setInterval(look, everyMs).unref()
}

/** @param {string} folder */
async function freeMbOf(folder) {
  const { bavail, bsize } = await statfs(folder)
  return (bavail * bsize) / 2 ** 20
}
