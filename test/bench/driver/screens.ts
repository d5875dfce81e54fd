import { activePeople, type Line } from '../support/line.ts'
import { createReader, type Shown } from './frames.ts'
import { openRawSocket } from './rawSocket.ts'

/** Called when a screen shows more of a person's events: those from `from` on, less than `to`. */
export type OnShown = (screen: number, person: number, from: number, to: number, atMs: number) => void

export interface Screens {
  /** Events on the first screen now, of all people. */
  shown(): number
  /** The fewest that any screen shows. */
  shownByAll(): number
  /** Events of each person when the screens were opened. */
  base: Int32Array
  /** Frames with board news so far, and watches that had to be begun again. */
  frames(): number
  rewatches(): number
  close(): void
}

interface Screen {
  seq: number
  total: number
  counts: Int32Array
}

/** Opens screens that all watch the line's board, and follows what each of them shows. */
export async function openScreens(line: Line, size: number, onShown: OnShown): Promise<Screens> {
  const read = createReader(line.kind)
  let frames = 0
  let rewatches = 0
  const screens: Screen[] = []
  const sockets = Array.from({ length: size }, (_, index) => {
    const screen: Screen = { seq: -1, total: 0, counts: new Int32Array(activePeople) }
    screens.push(screen)
    let first: () => void = () => undefined
    const seen = new Promise<void>((resolve) => {
      first = resolve
    })
    const watch = () => socket.ask(1, 'board:watch', { boardId: line.boardId, top: 50 })
    const socket = openRawSocket(line.port, {
      headers: line.viewHeaders,
      auth: { protocol: 1 },
      onLost: () => void process.emitWarning('A screen lost its connection'),
      onFrame(frame) {
        const shown = read(frame)
        if (!shown) return
        frames += 1
        if (shown.type === 'stale' || (shown.type === 'patch' && shown.fromSeq !== screen.seq)) {
          rewatches += 1
          return watch()
        }
        apply(screen, shown, index, onShown)
        first()
      },
    })
    return { seen, watch, socket }
  })
  await Promise.all(sockets.map(({ socket }) => socket.ready))
  if (line.kind === 'product') for (const { watch } of sockets) watch()
  await Promise.all(sockets.map(({ seen }) => seen))
  return {
    base: Int32Array.from(screens[0]?.counts ?? []),
    shown: () => screens[0]?.total ?? 0,
    shownByAll: () => Math.min(...screens.map((screen) => screen.total)),
    frames: () => frames,
    rewatches: () => rewatches,
    close() {
      for (const { socket } of sockets) socket.close()
    },
  }
}

function apply(screen: Screen, shown: Shown, index: number, onShown: OnShown): void {
  const atMs = performance.now()
  screen.seq = shown.seq
  for (const { person, events } of shown.counts) {
    const before = screen.counts[person]
    if (before === undefined || events <= before) continue
    screen.counts[person] = events
    screen.total += events - before
    onShown(index, person, before, events, atMs)
  }
}
