import { z } from 'zod'
import { idSchema } from './schema.ts'

/** Levels of the team tree, from the top. */
export const teamLevels = ['company', 'region', 'department', 'team'] as const
export const teamLevelSchema = z.enum(teamLevels)
export type TeamLevel = z.infer<typeof teamLevelSchema>

export const teamInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  level: teamLevelSchema,
  parentId: idSchema.nullable(),
  /** Token `--team-N`, 1–12. */
  color: z.number().int().min(1).max(12),
})
export type TeamInput = z.infer<typeof teamInputSchema>

export const teamSchema = teamInputSchema.extend({ id: idSchema })
export type Team = z.infer<typeof teamSchema>

/** Ids of a team and everything above it, the team first; stops at a loop or a missing parent. */
export function teamPath(teams: ReadonlyMap<string, Team>, teamId: string): string[] {
  const path: string[] = []
  for (let at: string | null = teamId; at !== null && !path.includes(at); at = teams.get(at)?.parentId ?? null)
    path.push(at)
  return path
}
