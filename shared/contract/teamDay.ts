import { z } from 'zod'
import { instantMsSchema, localDaySchema } from '../schema.ts'

/** GET /team/day: what a manager looks at first, of the own team and below (an admin: of everyone). */
export const teamDaySchema = z.object({
  day: localDaySchema,
  /** Active people in reach who are not on leave today. */
  people: z.number().int(),
  /** Those of them of whom nothing is known today, the longest silence first. */
  silent: z
    .array(
      z.object({
        personId: z.string(),
        name: z.string(),
        teamName: z.string().nullable(),
        color: z.number().int().nullable(),
        /** When their newest known activity of the last 30 days happened. */
        lastAtMs: instantMsSchema.nullable(),
      }),
    )
    .max(50),
  silentTotal: z.number().int(),
  /** Activities in the unmatched tray. */
  unmatched: z.number().int(),
})
export type TeamDay = z.infer<typeof teamDaySchema>
