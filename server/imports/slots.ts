import { Refusal } from '../http/problems.ts'

/** A few places for work that holds much memory. */
export interface Slots {
  /** Takes a place and answers how to leave it; 503 when there is none. */
  take(): () => void
}

/** So many places, in this process. */
export function createSlots(most: number): Slots {
  let taken = 0
  return {
    take() {
      if (taken >= most)
        throw new Refusal(503, 'import.busy', 'Several files are being read right now; try again in a moment', {
          retryAfterS: 5,
        })
      taken += 1
      let isLeft = false
      return () => {
        if (!isLeft) taken -= 1
        isLeft = true
      }
    },
  }
}
