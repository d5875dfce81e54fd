import { type Figure, type PartResult, show, verdict } from './figure.ts'

const marks = { goal: '✔ goal', floor: '✔ floor', missed: '✖ missed', '': '' }

/** The results as a markdown table, conditions below it. */
export function markdown({ figures, conditions }: PartResult): string {
  const bound = (figure: Figure, value: number | undefined) =>
    value === undefined ? '' : `${figure.better === 'lower' ? '≤' : '≥'} ${show(value, figure.unit)}`
  const rows = figures.map((figure) => [
    figure.goal,
    figure.what,
    figure.product,
    figure.reference,
    `**${show(figure.value, figure.unit)}**`,
    bound(figure, figure.floor),
    bound(figure, figure.aim),
    marks[verdict(figure)],
  ])
  const lines = [
    ['#', 'what', 'product', 'reference', 'figure', 'floor', 'goal', ''],
    Array.from({ length: 8 }, () => '---'),
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  const held = conditions.map(({ what, holds }) => `- ${holds ? '✔' : '✖ BROKEN:'} ${what}`)
  return [...lines, '', ...held].join('\n')
}
