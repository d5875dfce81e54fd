import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { configSchema, readConfig } from '#server/config.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8')
const text = file('docker-compose.yml')

const service = z.object({
  image: z.string(),
  user: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z
    .object({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() })
    .optional(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  deploy: z.object({ replicas: z.number() }).optional(),
  restart: z.string(),
  mem_limit: z.string(),
  pids_limit: z.number(),
  security_opt: z.array(z.string()),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
})
const compose = z
  .object({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  })
  .parse(parse(text, { merge: true }))
const services = Object.entries(compose.services)
const pitboard = services.filter(([, { image }]) => image.startsWith('pitboard:'))

/** The text as compose gives it to the container, with a stand-in for each secret. */
const filled = (value: string) => value.replace(/(?<!\$)\$\{\w+:\?[^}]*\}/g, 'secret').replaceAll('$$', '$')

test('two servers and two workers run in production', () => {
  expect(pitboard.map(([name]) => name)).toEqual(['server-1', 'server-2', 'workers'])
  expect(compose.services.workers).toMatchObject({ command: ['workers/main.ts'], deploy: { replicas: 2 } })
})

test.each(pitboard)(
  '%s gets a complete and valid configuration, and no key that nobody reads',
  (_name, { environment }) => {
    const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]))
    expect(readConfig(env)).toMatchObject({
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://secret',
      TRUST_PROXY: 1,
      DATA_DIR: '/data',
    })
    const known = ['NODE_ENV', 'NODE_OPTIONS', ...Object.keys(configSchema.shape)]
    expect(Object.keys(env).filter((key) => !known.includes(key))).toEqual([])
  },
)

test('every secret has to be given: none has a default and none is written here', () => {
  const references = text.match(/(?<!\$)\$\{?\w+[^\s}]*/g) ?? []
  expect(references.length).toBeGreaterThan(8)
  for (const reference of references) expect(reference).toMatch(/^\$\{[A-Z_]+:\?/)
  for (const [name, { environment }] of services)
    for (const [key, value] of Object.entries(environment))
      if (/PASSWORD|KEY|AUTH|SECRET/.test(key)) expect(`${name} ${key} ${value}`).toMatch(/ \$\{[A-Z_]+:\?[^}]+\}$/)
})

test('every image is pinned to an exact version', () => {
  const images = [
    ...services.map(([, { image }]) => image),
    ...[...file('Dockerfile').matchAll(/^FROM (\S+:\S+)/gm)].map(([, image]) => image),
  ]
  expect(images.length).toBeGreaterThan(9)
  for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+(-[\w.-]+)?$/)
})

test('whatever takes connections has a health check, and a server is healthy when it can reach its stores', () => {
  const unchecked = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name)
  expect(unchecked).toEqual(['workers', 'mongo-setup'])
  for (const name of ['server-1', 'server-2'])
    expect(compose.services[name]?.healthcheck?.test.join(' ')).toContain('127.0.0.1:4600/readyz')
})

test('nothing but the proxy is open to the network, and nothing of ours runs as root', () => {
  expect(services.filter(([, { ports }]) => ports.length).map(([name]) => name)).toEqual(['proxy'])
  expect(compose.networks.inside?.internal).toBe(true)
  for (const [name, { networks, user }] of services.filter(([name]) => name !== 'proxy'))
    expect({ name, networks, root: !user || user === 'root' }).toEqual({ name, networks: ['inside'], root: false })
  expect(file('Dockerfile')).toMatch(/^USER node$/m)
})

test('the proxy knows every server, and sends to one that is alive also while its stores are away', () => {
  const [, upstreams = ''] = /reverse_proxy ([^{]*)\{/.exec(file('deploy/Caddyfile')) ?? []
  expect(upstreams.trim().split(/\s+/)).toEqual(['server-1:4600', 'server-2:4600'])
  expect(file('deploy/Caddyfile')).toMatch(/health_uri \/healthz$/m)
})

const megabytes = (text: string) => Number.parseInt(text, 10) * (text.endsWith('g') ? 1024 : 1)

test('no service can fill the memory or the disk of the machine, or stays down after it has died', () => {
  let sum = 0
  for (const [name, { mem_limit, pids_limit, logging, restart, security_opt, deploy }] of services) {
    sum += megabytes(mem_limit) * (deploy?.replicas ?? 1)
    expect(pids_limit).toBeGreaterThan(0)
    expect(logging).toEqual({ driver: 'local', options: { 'max-size': '20m', 'max-file': '5' } })
    expect([name, restart]).toEqual([name, name === 'mongo-setup' ? 'no' : 'unless-stopped'])
    expect(security_opt).toContain('no-new-privileges:true')
  }
  // The set-up has ended when the others begin.
  expect(sum - megabytes(compose.services['mongo-setup']?.mem_limit ?? '')).toBeLessThan(8.5 * 1024)
})

test('Node and Redis keep within their containers by themselves', () => {
  for (const [, { environment, mem_limit }] of pitboard)
    expect(Number(/size=(\d+)/.exec(environment.NODE_OPTIONS ?? '')?.[1])).toBeLessThan(0.75 * megabytes(mem_limit))
  const { command, mem_limit = '' } = compose.services.redis ?? {}
  const most = /--maxmemory (\w+)b/.exec(command?.join(' ') ?? '')?.[1] ?? ''
  // A rewrite of the append-only file may need as much again.
  expect(megabytes(most) * 2).toBeLessThanOrEqual(megabytes(mem_limit))
})

test('the page for operators names every setting', () => {
  const page = file('docs/production.md')
  for (const key of Object.keys(configSchema.shape)) expect(page).toContain(`\`${key}\``)
})

test('the image is made of nothing but code: what is copied is let through, and nothing else is', () => {
  const [first, ...through] = file('.dockerignore').trim().split('\n').slice(1)
  expect(first).toBe('*')
  const copied = [...file('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  )
  const build = ['client', 'tsconfig.json', 'vite.config.ts']
  expect(through.map((line) => line.slice(1)).sort()).toEqual(
    [...new Set([...copied, ...build])].filter((name) => name !== '.').sort(),
  )
})

/** Runs the script of the set-up in a mongosh of which only the calls are real; answers what it did. */
function setUp({
  refusals,
  isInitiated,
  hasUser,
}: {
  refusals: number
  isInitiated: boolean
  hasUser: boolean
}): string[] {
  const did: string[] = []
  const state = { refusals, isInitiated }
  const node = {
    adminCommand(command: object) {
      const [name = ''] = Object.keys(command)
      did.push(name)
      if (name === 'replSetInitiate') state.isInitiated = true
      else if (!state.isInitiated) throw Object.assign(new Error('no'), { codeName: 'NotYetInitialized' })
    },
    hello: () => ({ isWritablePrimary: state.isInitiated }),
    getSiblingDB: () => ({
      getUser: () => hasUser,
      createUser: () => void did.push('createUser'),
      updateUser: () => void did.push('updateUser'),
    }),
  }
  const connect = () => {
    if (state.refusals-- > 0) throw new Error('refused')
    return node
  }
  const env = { MONGO_ROOT_PASSWORD: 'root', MONGO_PASSWORD: 'own' }
  new Function('connect', 'process', 'sleep', 'print', file('deploy/replica-set.js'))(
    connect,
    { env },
    () => did.push('sleep'),
    () => undefined,
  )
  return did
}

test('the set-up of MongoDB waits for a node that is not there yet, and changes nothing that is', () => {
  expect(setUp({ refusals: 2, isInitiated: false, hasUser: false })).toEqual([
    ...['sleep', 'sleep', 'replSetGetStatus', 'replSetInitiate', 'createUser'],
  ])
  expect(setUp({ refusals: 0, isInitiated: true, hasUser: true })).toEqual(['replSetGetStatus', 'updateUser'])
  expect(() => setUp({ refusals: 1000, isInitiated: true, hasUser: true })).toThrow('refused')
})

test('Redis keeps every write and evicts nothing; MongoDB is a replica set that acknowledges by majority', () => {
  expect(compose.services.redis?.command?.join(' ')).toMatch(
    /--appendonly yes --appendfsync everysec .*--maxmemory-policy noeviction/,
  )
  const nodes = services.filter(([name]) => /^mongo-\d$/.test(name))
  expect(nodes.map(([, { command }]) => /--replSet pitboard .*--keyFile/.test(command?.join(' ') ?? ''))).toEqual([
    true,
    true,
    true,
  ])
  const url = new URL(
    filled(compose.services.workers?.environment.MONGODB_URL ?? '').replace('mongo-1,mongo-2,mongo-3', 'mongo'),
  )
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ replicaSet: 'pitboard', w: 'majority' })
})
