/** A whole line from POST to screens, as a driver needs to know it; plain data, since it goes to another process. */
export interface Line {
  kind: 'skeleton' | 'product'
  port: number
  /** Where one activity or an array of them is posted, and the headers that let it in. */
  postPath: string
  postHeaders: Record<string, string>
  /** Headers of those who look. */
  viewHeaders: Record<string, string>
  /** What a screen watches; unused by the skeleton. */
  boardId: string
  /** Each process by its part in the line. */
  pids: Record<string, number>
}

/** A line that runs, and how to end it. */
export interface RunningLine {
  line: Line
  stop(): Promise<void>
}

/** People that the load is about, all of them in the window of the screens. */
export const activePeople = 50
/** What each activity adds to the watched value, minor units. */
export const amountMinor = 10_000

/** Id of a person by its place. */
export function personId(index: number): string {
  return `person-${String(index).padStart(3, '0')}`
}

/** The place of a person by its id; -1 for another member. */
export function personIndex(id: string): number {
  return id.startsWith('person-') ? Number(id.slice(7)) : -1
}
