import { randomBytes } from 'node:crypto'
import { activePeople, amountMinor, personId } from '../support/line.ts'

/** Makes events of about 430 bytes, people in turn; ids are new with every maker. */
export function createEvents(): {
  next(): { person: number; json: string }
  batch(size: number): { people: number[]; json: string }
} {
  const run = randomBytes(6).toString('hex')
  let made = 0
  const next = () => {
    const person = made % activePeople
    const json = JSON.stringify({
      externalId: `${run}-${made++}`,
      kind: 'deal.won',
      person: { id: personId(person) },
      occurredAt: new Date().toISOString(),
      value: { amountMinor, currency: 'EUR' },
      quantity: 1,
      attributes: {
        account: 'Hanseatic Trading and Logistics',
        product: 'Forecast Suite Professional',
        region: 'North and Baltic',
        segment: 'mid-market',
        stage: 'closed won',
        note: 'Renewal for three years with two more seats',
        channel: 'partner',
        probability: 100,
      },
    })
    return { person, json }
  }
  return {
    next,
    batch(size) {
      const events = Array.from({ length: size }, next)
      return { people: events.map(({ person }) => person), json: `[${events.map(({ json }) => json).join(',')}]` }
    },
  }
}
