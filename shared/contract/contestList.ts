import { z } from 'zod'
import { localTextSchema } from '../text.ts'
import { contestPhaseSchema } from './contestView.ts'

/** One line of GET /contests, newest start first. */
export const contestListItemSchema = z.object({
  id: z.string(),
  name: localTextSchema,
  phase: contestPhaseSchema,
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  metricName: localTextSchema,
  sides: z.array(z.object({ teamId: z.string(), name: z.string(), color: z.number().int() })),
  winnerTeamIds: z.array(z.string()),
})
export type ContestListItem = z.infer<typeof contestListItemSchema>
