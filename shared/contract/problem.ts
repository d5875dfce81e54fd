import { z } from 'zod'

/** RFC 9457 problem document; `code` is stable (`noun.problem`), `detail` a sentence for people. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  /** What in the input was wrong; at most 20. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemSchema>
