import type { ExplainedActivity, ExplainedLine, PersonDay } from '#shared/contract/personDay.ts'
import type { Entry } from '#shared/entry.ts'
import { dayStartMs } from '#shared/period.ts'
import { type Person, teamAt } from '#shared/person.ts'
import type { Definitions } from '../data/definitions.ts'
import type { ActivityDoc } from '../data/documents.ts'
import { personDayValues } from '../data/memberDay.ts'
import type { Mongo } from '../data/mongo.ts'
import { entriesOfPerson, newestOf } from '../data/personActivities.ts'
import { listSources } from '../data/sourceKeys.ts'

const maxActivities = 500

/** Where every point of a person's day comes from: its activities with all that they ever put into the ledger. */
export async function readPersonDay(
  mongo: Mongo,
  definitions: Definitions,
  person: Person,
  day: string,
): Promise<PersonDay> {
  const org = definitions.organization.id
  const [entries, values, sources] = await Promise.all([
    entriesOfPerson(mongo, { org, personId: person.id, fromDay: day, toDay: `${day}~` }),
    personDayValues(mongo, definitions, person.id, day),
    listSources(mongo, org),
  ])
  const sourceNames = new Map(sources.map((source) => [source.id, source.name]))
  const shown = [...entries].slice(0, maxActivities)
  const docs = await newestOf(
    mongo,
    shown.map(([key]) => key),
  )
  const activities = shown.flatMap(([key, own]) => {
    const doc = docs.get(key)
    return doc ? [explain(definitions, doc, own, sourceNames.get(doc.sourceId) ?? null)] : []
  })
  const teamId = teamAt(person, dayStartMs(day, definitions.organization.zone))
  return {
    person: {
      id: person.id,
      name: person.name,
      teamName: teamId === null ? null : (definitions.teams.get(teamId)?.name ?? null),
    },
    day,
    totals: values.flatMap(({ metricId, value, cut }) => {
      const metric = definitions.metrics.find((one) => one.id === metricId)
      return metric ? [{ metricId, name: metric.name, unit: metric.unit, value, cut }] : []
    }),
    activities: activities.sort((a, b) => b.occurredAtMs - a.occurredAtMs),
  }
}

function explain(
  definitions: Definitions,
  doc: ActivityDoc,
  entries: readonly Entry[],
  sourceName: string | null,
): ExplainedActivity {
  const { account } = doc.attributes
  const inOrder = [...entries].sort((a, b) => a.recordedAtMs - b.recordedAtMs || (a.id < b.id ? -1 : 1))
  return {
    key: doc.key,
    kind: doc.kind,
    occurredAtMs: doc.occurredAt.getTime(),
    revision: doc.revision,
    voided: doc.voided,
    evidence: doc.evidence,
    sourceName,
    account: typeof account === 'string' ? account : null,
    valueMinor: doc.valueMinor,
    currency: doc.currency,
    lines: inOrder.flatMap((entry) => explainEntry(definitions, entry)),
  }
}

/** A metric or rule that was removed meanwhile is shown by its id. */
function explainEntry({ metrics, rules }: Definitions, entry: Entry): ExplainedLine[] {
  return entry.lines.map((line) => {
    const metric = metrics.find((one) => one.id === line.metricId)
    const rule = line.ruleId === null ? undefined : rules.find((one) => one.id === line.ruleId)
    return {
      entryId: entry.id,
      reverses: entry.reverses,
      revision: entry.revision,
      recordedAtMs: entry.recordedAtMs,
      metricId: line.metricId,
      metricName: metric?.name ?? { en: line.metricId },
      unit: metric?.unit ?? 'count',
      ruleId: line.ruleId,
      ruleName: rule?.name ?? (line.ruleId === null ? null : { en: line.ruleId }),
      amount: line.amount,
    }
  })
}
