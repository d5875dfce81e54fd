import type { Args } from './args.ts'

const LISTS: Readonly<Record<string, ['insert' | 'update' | 'delete', string]>> = {
  insert: ['insert', 'documents'],
  update: ['update', 'updates'],
  delete: ['delete', 'deletes'],
}

/** Connections at a time; more are closed at once. */
export const MAX_CONNECTIONS = 5000

/** Counters since the start, as serverStatus gives them. */
export class Metrics {
  /** as MongoDB counts: documents inserted, statements of update and delete, finds, everything else */
  readonly opcounters = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 }
  readonly connections = { current: 0, totalCreated: 0, rejected: 0 }
  readonly network = { bytesIn: 0, bytesOut: 0, numRequests: 0 }
  slow = 0
  failed = 0

  /** Counts one command. */
  count(args: Args): void {
    const list = LISTS[args.name]
    if (list) this.opcounters[list[0]] += args.length(list[1])
    else if (args.name === 'find') this.opcounters.query++
    else if (args.name === 'getMore') this.opcounters.getmore++
    else this.opcounters.command++
  }
}
