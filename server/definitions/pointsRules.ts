import { compileFormula } from '#shared/formula.ts'
import { type PointsRule, pointsRuleInputSchema, pointsRuleSchema } from '#shared/points.ts'
import { differs, wrongField } from './checks.ts'
import type { DefinitionNoun } from './definitionNoun.ts'

/** What a formula of a points rule may read, besides attributes. */
const awardVariables = ['value_minor', 'quantity']

/** Points rules: their formulas can be worked out. */
export const pointsRuleNoun: DefinitionNoun<PointsRule> = {
  noun: 'points-rule',
  path: '/points-rules',
  input: pointsRuleInputSchema,
  schema: pointsRuleSchema,
  writers: 'manager',
  most: 200,
  model: (mongo) => mongo.pointsRules,
  all: ({ rules }) => rules,
  check({ after }) {
    if (after?.award.type !== 'formula') return
    const formula = compileFormula(after.award.expression, awardVariables, { attributes: true })
    if (!formula.ok) throw wrongField(formula.code, 'award.expression', formula.message)
  },
  effect: ({ before, after }) => ({
    boards: differs(before, after, ['dailyCap']) && (before?.dailyCap ?? after?.dailyCap ?? null) !== null,
    worth: differs(before, after, ['selection', 'award', 'weights', 'dailyCap', 'active']),
  }),
}
