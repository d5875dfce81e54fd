import { until } from './caller.ts'
import { type RedisNode, redisPassword, startRedisNode } from './redisNode.ts'

/** First slot of each master. So cut, `floor`, `other` and the queues lie on three different ones. */
const firstSlots = [0, 5461, 12_000]
const settings = [
  ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'],
]

/** A Redis cluster of a test's own: three masters, each with a replica where that is asked for. */
export interface TestRedisCluster {
  /** REDIS_URL: the masters. */
  url: string
  /** The node that holds a key now. */
  masterOf(key: string): Promise<RedisNode>
  /** kill -9 of all of them, and nothing left. */
  stop(): Promise<void>
}

/** Starts the nodes, makes a cluster of them and waits until it takes commands. */
export async function startRedisCluster({ replicas = false } = {}): Promise<TestRedisCluster> {
  const start = () => Promise.all(firstSlots.map(() => startRedisNode(...settings)))
  const [masters, copies] = await Promise.all([start(), replicas ? start() : []])
  const nodes = [...masters, ...copies]
  const [first] = masters
  await Promise.all(
    masters.map(async (node, at) => {
      const from = firstSlots[at] ?? 0
      const slots = Array.from({ length: (firstSlots[at + 1] ?? 16_384) - from }, (_, n) => from + n)
      await node.ask('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
      await node.ask('CLUSTER', 'ADDSLOTS', ...slots)
    }),
  )
  for (const node of nodes) await node.ask('CLUSTER', 'MEET', '127.0.0.1', first?.port ?? 0)
  for (const words of ['cluster_state:ok', `cluster_known_nodes:${nodes.length}`])
    await Promise.all(
      nodes.map((node) => until(async () => String(await node.ask('CLUSTER', 'INFO')).includes(words), 20_000)),
    )
  await Promise.all(
    copies.map(async (node, at) => {
      await node.ask('CLUSTER', 'REPLICATE', String(await masters[at]?.ask('CLUSTER', 'MYID')))
      await until(async () => String(await node.ask('INFO')).includes('master_link_status:up'), 20_000)
    }),
  )
  const secret = `:${encodeURIComponent(redisPassword)}@`
  return {
    url: masters.map(({ port }, at) => `redis://${at === 0 ? secret : ''}127.0.0.1:${port}`).join(','),
    async masterOf(key) {
      const answers = nodes.map(async (node) => [
        await node.ask('CLUSTER', 'KEYSLOT', key),
        await node.ask('CLUSTER', 'SLOTS'),
      ])
      const [slot, ranges] = (await Promise.any(answers)) as [
        number,
        [from: number, to: number, [host: string, port: number]][],
      ]
      const [, , [, port] = []] = ranges.find(([from, to]) => from <= slot && slot <= to) ?? []
      return nodes.find((node) => node.port === port) as RedisNode
    },
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  }
}
