import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import type { Board } from '#shared/board.ts'
import { type ContestTimes, channelRound, type Slide } from '#shared/channel.ts'
import { api } from '../lib/api.ts'
import { serverNowMs } from '../lib/clock.ts'
import { useNews, useRealtime } from '../lib/realtime.ts'

const dwellMs = 20_000
/** The next picture is asked for this long before it is shown. */
const aheadMs = 4_000
const retryMs = 5_000
const refreshMs = 60_000

/** What a wall shows now: fixed by its address, or going round. */
export interface Channel {
  slide: Readonly<Ref<Slide | null>>
  state: Readonly<Ref<'reading' | 'showing' | 'empty' | 'waiting'>>
  held: Ref<boolean>
  step(by: 1 | -1): void
}

/** `busy` is true while something else has the screen: the time of the picture stands still, and then goes on. */
export function useChannel(busy: () => boolean): Channel {
  const route = useRoute()
  const fixed = computed<Slide | null>(() => {
    const { boardId, contestId } = route.params
    if (typeof boardId === 'string') return { is: 'board', id: boardId }
    return typeof contestId === 'string' ? { is: 'contest', id: contestId } : null
  })
  const lists = shallowRef<{ boards: string[]; contests: ContestTimes[] } | null>(null)
  const failed = ref(false)
  const index = ref(0)
  const held = ref(false)
  const round = shallowRef<Slide[]>([])
  const slide = computed(() => fixed.value ?? round.value[index.value % Math.max(1, round.value.length)] ?? null)

  async function read() {
    if (fixed.value) return
    try {
      const [boards, contests] = await Promise.all([
        api.get<{ items: Board[] }>('/boards'),
        api.get<{ items: ContestTimes[] }>('/contests'),
      ])
      const active = boards.items.filter((board) => board.active).sort((a, b) => a.position - b.position)
      lists.value = { boards: active.map((board) => board.id), contests: contests.items }
      failed.value = false
      arrange()
    } catch {
      failed.value = true
    }
  }
  /** Makes the round anew and stays on the picture that is shown, if it is still in it. */
  function arrange() {
    if (!lists.value) return
    const shown = slide.value
    round.value = channelRound(lists.value.boards, lists.value.contests, serverNowMs())
    const again = round.value.findIndex((one, at) => at >= index.value && isSame(one, shown))
    index.value =
      again >= 0
        ? again
        : Math.max(
            0,
            round.value.findIndex((one) => isSame(one, shown)),
          )
  }
  function step(by: 1 | -1) {
    const count = Math.max(1, round.value.length)
    if (index.value + by >= count) arrange()
    index.value = (index.value + by + count) % count
    shownMs = 0
  }

  let shownMs = 0
  const timer = setInterval(() => {
    if (held.value || busy() || fixed.value) return
    shownMs += 1000
    if (shownMs >= dwellMs) step(1)
    else if (shownMs === dwellMs - aheadMs) prepare(round.value[(index.value + 1) % Math.max(1, round.value.length)])
  }, 1000)
  const rereading = setInterval(() => void read(), refreshMs)
  const retrying = setInterval(() => void (failed.value && read()), retryMs)

  const realtime = useRealtime()
  let leave = () => {}
  /** Begins to watch the next picture, so that it is there at once. */
  function prepare(next: Slide | undefined) {
    leave()
    const deaf = { view() {}, problem() {} }
    if (next?.is === 'board') leave = realtime.watchBoard({ boardId: next.id, top: 10 }, deaf)
    else if (next?.is === 'contest') leave = realtime.watchContest(next.id, deaf)
    else leave = () => {}
  }
  useNews('definitions:changed', () => void read())
  watch(fixed, () => void read(), { immediate: true })
  onScopeDispose(() => {
    for (const each of [timer, rereading, retrying]) clearInterval(each)
    leave()
  })

  const state = computed(() => {
    if (slide.value) return 'showing'
    if (lists.value) return 'empty'
    return failed.value ? 'waiting' : 'reading'
  })
  return { slide, state, held, step }
}

function isSame(a: Slide, b: Slide | null): boolean {
  return a.is === b?.is && a.id === b.id
}
