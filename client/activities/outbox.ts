import { z } from 'zod'
import { ownActivityInputSchema } from '#shared/contract/activities.ts'

/** An activity that the server has not confirmed; `refused` carries the server's reason and is not sent again. */
const waitingSchema = z.object({ input: ownActivityInputSchema, refused: z.string().nullable() })
export type Waiting = z.infer<typeof waitingSchema>

/** Most that a device keeps. */
export const mostWaiting = 200

const key = (userId: string) => `pitboard.outbox.${userId}`

/** What a person has waiting on this device; what cannot be read is left out. */
export function readOutbox(userId: string): Waiting[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key(userId)) ?? '[]')
    return z
      .array(z.unknown())
      .parse(stored)
      .flatMap((one) => waitingSchema.safeParse(one).data ?? [])
  } catch {
    return []
  }
}

/** Keeps it on this device, each person's apart. */
export function writeOutbox(userId: string, waiting: readonly Waiting[]): void {
  if (waiting.length === 0) localStorage.removeItem(key(userId))
  else localStorage.setItem(key(userId), JSON.stringify(waiting))
}
