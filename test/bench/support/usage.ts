import { readFileSync } from 'node:fs'

/** Processor time of processes since their start, µs by name. Linux counts it in ticks of 10 ms. */
export type Usage = Record<string, number>

const tickUs = 10_000

/** Reads the processor time of each process now. */
export function readUsage(pids: Record<string, number>): Usage {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuUs(pid)]))
}

/** What was used between two readings. */
export function usageBetween(before: Usage, after: Usage): Usage {
  return Object.fromEntries(Object.entries(after).map(([name, us]) => [name, us - (before[name] ?? 0)]))
}

/** Resident memory of a process, KB. */
export function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may hold spaces: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickUs
}
