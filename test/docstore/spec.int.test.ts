import { beforeAll, describe, expect, it } from 'vitest'
import { besideRepository } from '../support/shared.ts'
import { knownIds, runSpecs, type SpecRecord } from './spec-run.ts'

const folder = process.env.MONGO_SPEC ?? besideRepository('mongo-spec')
const where = folder ? '' : ' (skipped: there is no ../shared/mongo-spec, and MONGO_SPEC names no folder)'

/** Fewer would mean that the server presents itself as something that most tests are not for. */
const LEAST_RUN = 750
const LEAST_PASSED = 0.95
const RUNNERS = 6

describe.skipIf(!folder)(`the specifications of MongoDB's drivers${where}`, () => {
  let records: SpecRecord[] = []
  beforeAll(async () => {
    records = await runSpecs(folder as string, RUNNERS)
  }, 300_000)

  it('are met, but for what is known and has its reason', () => {
    expect(records.filter(({ result }) => result === 'failed')).toEqual([])
  })

  it('are run in number, and met by 95 of 100', () => {
    const passed = records.filter(({ result }) => result === 'passed').length
    const known = records.filter(({ why }) => why === 'known failing (known file)').length
    expect(passed + known).toBeGreaterThanOrEqual(LEAST_RUN)
    expect(passed / (passed + known)).toBeGreaterThanOrEqual(LEAST_PASSED)
  })

  it('have no test on the list of known failures that has come to pass', () => {
    const known = knownIds()
    expect(records.filter(({ id, result }) => result === 'passed' && known.has(id)).map(({ id }) => id)).toEqual([])
  })
})
