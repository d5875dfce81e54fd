import type { Activity, AttributeValue } from './activity.ts'
import type { Condition, Selection } from './metric.ts'

/** Is an activity among those that a metric or rule is about? */
export function selects(selection: Selection, activity: Activity): boolean {
  return selection.kinds.includes(activity.kind) && selection.filter.every((condition) => holds(condition, activity))
}

/** A field of an activity by its path in conditions and measures; `null` when it has none. */
export function fieldOf(activity: Activity, path: string): AttributeValue | null {
  if (path.startsWith('attributes.')) {
    const name = path.slice('attributes.'.length)
    return Object.hasOwn(activity.attributes, name) ? (activity.attributes[name] ?? null) : null
  }
  switch (path) {
    case 'kind':
      return activity.kind
    case 'evidence':
      return activity.evidence
    case 'valueMinor':
      return activity.valueMinor
    case 'quantity':
      return activity.quantity
    case 'currency':
      return activity.currency
    default:
      return null
  }
}

function holds(condition: Condition, activity: Activity): boolean {
  const field = fieldOf(activity, condition.field)
  switch (condition.op) {
    case 'is':
      return field === condition.value
    case 'is-not':
      return field !== condition.value
    case 'in':
      return typeof field !== 'boolean' && field !== null && condition.values.includes(field)
    case 'not-in':
      return typeof field === 'boolean' || field === null || !condition.values.includes(field)
    case 'at-least':
      return typeof field === 'number' && field >= condition.value
    case 'at-most':
      return typeof field === 'number' && field <= condition.value
  }
}
