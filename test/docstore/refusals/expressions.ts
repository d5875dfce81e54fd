import type { Document } from 'bson'
import type { Refusal } from './refusal.ts'

const piping = (...pipeline: unknown[]): Document => ({ aggregate: 'any', pipeline, cursor: {} })

export const EXPRESSIONS: readonly Refusal[] = [
  [
    'an expression with one argument too few',
    piping({ $project: { a: { $subtract: [1] } } }),
    16020,
    'Expression $subtract takes exactly 2 arguments. 1 were passed in.',
  ],
  ['an undefined variable', piping({ $project: { a: '$$nobody' } }), 17276, 'Use of undefined variable: nobody'],
  [
    'an expression of two',
    piping({ $addFields: { a: { $add: [1], $abs: 1 } } }),
    15983,
    'An object representing an expression must have exactly one field',
  ],
  [
    '$cond without an if',
    piping({ $project: { a: { $cond: { else: 2 } } } }),
    17080,
    "Missing 'if' parameter to $cond",
  ],
  [
    '$switch without a branch',
    piping({ $project: { a: { $switch: {} } } }),
    40068,
    '$switch requires at least one branch',
  ],
  [
    'adding text',
    { aggregate: 'full', pipeline: [{ $project: { a: { $add: ['$s', 1] } } }], cursor: {} },
    14,
    '$add only supports numeric or date types, not string',
  ],
  [
    'dividing by zero',
    { aggregate: 'full', pipeline: [{ $project: { a: { $divide: ['$n', 0] } } }], cursor: {} },
    2,
    "can't $divide by zero",
  ],
  [
    'the size of a number',
    { aggregate: 'full', pipeline: [{ $project: { a: { $size: '$n' } } }], cursor: {} },
    17124,
    'The argument to $size must be an array, but was of type: int',
  ],
  [
    'joining numbers as text',
    { aggregate: 'full', pipeline: [{ $project: { a: { $concat: ['x', '$n'] } } }], cursor: {} },
    16702,
    '$concat only supports strings',
  ],
  [
    'a number made of text',
    { aggregate: 'full', pipeline: [{ $project: { a: { $toInt: '$s' } } }], cursor: {} },
    241,
    "Failed to parse number 'x' in $convert",
  ],
  [
    'a root that is a number',
    { aggregate: 'full', pipeline: [{ $replaceRoot: { newRoot: '$n' } }], cursor: {} },
    40228,
    "'newRoot' expression must evaluate to an object",
  ],
  ...(
    [
      ['a share of 2', [0.5, 2], 7750303],
      ['a share that is text', ['x'], 7750302],
      ['no shares', [], 7750301],
      ['a share outside of a list', 0.5, 7750301],
    ] as const
  ).map(
    ([what, p, code]): Refusal => [
      `$percentile of ${what}`,
      {
        aggregate: 'any',
        pipeline: [{ $project: { a: { $percentile: { input: '$n', p, method: 'approximate' } } } }],
        cursor: {},
      },
      code,
      "The $percentile 'p' field must be an array of numbers from [0.0, 1.0]",
    ],
  ),
]
