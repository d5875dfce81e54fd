import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { stage } from '../support/stage.ts'

const what = 'six boards written, 50 events a call, product ÷ bare Lua apply-once'

/** Boards written, 50 events a call, against the bare Lua call. */
export const write: Part = async (bench) => {
  const { env } = await bench.product()
  const options = { env, seconds: bench.quick ? 2 : 4, perCall: 50 }
  const run = (name: 'bareWrites' | 'productWrites') => () => drive(name, options)
  return await stage(bench, { goal: '8', what, unit: 'events' }, run('bareWrites'), run('productWrites'))
}
